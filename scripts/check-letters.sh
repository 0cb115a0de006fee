#!/bin/sh
# Prints the sample letters and a submitted application, and has other programs look at them: qpdf and poppler (apt: qpdf,
# poppler-utils) and, if installed, the accessibility checkers outloud and pdfua (PyPI).
# Usage: scripts/check-letters.sh [folder]; leaves the letters there, as PDF, HTML and PNG.
set -eu
cd "$(dirname "$0")/.."
out=${1:-$(mktemp -d)}
for tool in qpdf pdfinfo pdftotext pdftoppm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 2; }
done
cargo build --quiet --example letter --example copy
copy=${CARGO_TARGET_DIR:-target}/debug/examples/copy
letter=${CARGO_TARGET_DIR:-target}/debug/examples/letter
mkdir -p "$out"
for from in tests/data/letters/*.json; do
  name=$out/$(basename "$from" .json)
  "$letter" "$from" "$name.pdf"
  "$letter" "$from" "$name.html" >/dev/null
  qpdf --check "$name.pdf" >/dev/null
  pdfinfo "$name.pdf" 2>/dev/null | grep -Eq '^Tagged: +yes' || { echo "$name.pdf is not tagged" >&2; exit 1; }
  # The objection clause must be readable text, with its last day (Awb 3:45), in the letter of a change of an award too;
  # and that names what it changes.
  text=$(pdftotext -layout "$name.pdf" - 2>/dev/null | tr -s '[:space:]' ' ')
  words='uiterlijk op dinsdag 19 januari 2027 hebben ontvangen'
  case $text in *"$words"*) ;; *) echo "$name.pdf lacks the last day to object" >&2; exit 1 ;; esac
  case $name in */amended)
    for words in 'Wijzigt besluit' 'Was Wordt' 'NCTV-2026-0344'; do
      case $text in *"$words"*) ;; *) echo "$name.pdf lacks: $words" >&2; exit 1 ;; esac
    done ;;
  esac
  pdftoppm -r 70 -png "$name.pdf" "$name" 2>/dev/null
  if command -v outloud >/dev/null; then outloud --quiet "$name.pdf"; fi
  if command -v pdfua >/dev/null; then pdfua check "$name.pdf"; fi
done
for from in tests/data/applications/*.json; do
  name=$out/$(basename "$from" .json)
  "$copy" "$from" "$name.pdf"
  qpdf --check "$name.pdf" >/dev/null
  pdfinfo "$name.pdf" 2>/dev/null | grep -Eq '^Tagged: +yes' || { echo "$name.pdf is not tagged" >&2; exit 1; }
  # The last text of the last project must be readable, and the number that proves what was entered.
  text=$(pdftotext -layout "$name.pdf" - 2>/dev/null | tr -s '[:space:]' ' ')
  for words in 'In het najaar, door een onderzoeker.' 'Controlegetal (SHA-256)' 'Inhuur trainer'; do
    case $text in *"$words"*) ;; *) echo "$name.pdf lacks: $words" >&2; exit 1 ;; esac
  done
  pdftoppm -r 70 -png "$name.pdf" "$name" 2>/dev/null
  if command -v outloud >/dev/null; then outloud --quiet "$name.pdf"; fi
  if command -v pdfua >/dev/null; then pdfua check "$name.pdf"; fi
done
echo "$out"
