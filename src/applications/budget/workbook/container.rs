//! What a file is, before anything in it is believed: a workbook is a zip of a few small texts. Pure.
//!
//! A zip can unpack to a thousand times its size, carry macros, or point at files elsewhere. So the
//! parts are counted and unpacked up to a limit here, whatever sizes they claim.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::applications::project::incoming::Fault;

/// The most parts; a workbook of ours has some fifteen.
const MOST_PARTS: usize = 200;
/// The most bytes of all parts together, unpacked.
const MOST_UNPACKED: u64 = 12 * 1024 * 1024;

/// What a file turned out to be instead.
const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Refuses everything that is not a plain workbook of a bounded size.
pub fn check(bytes: &[u8]) -> Result<(), Fault> {
    check_start(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if MOST_PARTS < archive.len() {
        return Err(whole(format!(
            "Het bestand bestaat uit {} onderdelen; een gewoon werkblad heeft er hoogstens {MOST_PARTS}. Sla het in Excel of LibreOffice opnieuw op als .xlsx.",
            archive.len()
        )));
    }
    let mut names = Vec::new();
    let mut claimed = 0_u64;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|_| damaged())?;
        if part.encrypted() {
            return Err(locked());
        }
        claimed = claimed.saturating_add(part.size());
        names.push(part.name().map_err(|_| damaged())?.into_owned());
    }
    check_names(&names)?;
    if MOST_UNPACKED < claimed {
        return Err(too_large());
    }
    unpack(&mut archive)?;
    check_is_workbook(&names)
}

fn check_start(bytes: &[u8]) -> Result<(), Fault> {
    if bytes.is_empty() {
        return Err(whole(
            "Het bestand is leeg. Kies het werkblad dat u hier ophaalde.",
        ));
    }
    if bytes.starts_with(&OLE) {
        return Err(whole(
            "Dit bestand is met een wachtwoord beveiligd, of het is een oud Excel-bestand (.xls). Haal het wachtwoord eraf en sla het op als .xlsx.",
        ));
    }
    if !bytes.starts_with(b"PK") {
        return Err(whole(
            "Dit is geen Excel-werkblad (.xlsx). Is het een CSV-bestand of een ander bestand? Open het in Excel of LibreOffice en sla het op als .xlsx.",
        ));
    }
    Ok(())
}

fn check_names(names: &[String]) -> Result<(), Fault> {
    let has = |part: &str| names.iter().any(|it| it.to_lowercase().contains(part));
    if has("vbaproject") || has("xl/macrosheets/") {
        return Err(whole(
            "Er zitten macro’s in het bestand. Die nemen wij niet aan. Sla het op als .xlsx, zonder macro’s.",
        ));
    }
    if has("xl/externallinks/") {
        return Err(whole(
            "Het bestand verwijst naar een ander bestand. Vervang de formules die dat doen door hun uitkomst (in Excel: Gegevens, Koppelingen bewerken, Koppeling verbreken) en sla het opnieuw op.",
        ));
    }
    if has("xl/embeddings/") || has("xl/activex/") {
        return Err(whole(
            "Er zit een ander bestand of een besturingselement in het werkblad. Haal dat eruit en sla het opnieuw op.",
        ));
    }
    if has("xl/workbook.bin") {
        return Err(whole(
            "Dit is een binair Excel-bestand (.xlsb). Sla het op als .xlsx.",
        ));
    }
    if names.iter().any(|it| it == "content.xml") && names.iter().any(|it| it == "mimetype") {
        return Err(whole(
            "Dit is een OpenDocument-bestand (.ods). Kies in LibreOffice “Opslaan als” en dan Excel 2007-365 (.xlsx).",
        ));
    }
    Ok(())
}

fn check_is_workbook(names: &[String]) -> Result<(), Fault> {
    if names
        .iter()
        .any(|it| it.eq_ignore_ascii_case("xl/workbook.xml"))
    {
        Ok(())
    } else {
        Err(whole(
            "Dit is wel een ingepakt bestand, maar geen Excel-werkblad (.xlsx). Kies het werkblad dat u hier ophaalde.",
        ))
    }
}

/// Unpacks every part up to the limit, whatever sizes were claimed, and looks for what has no place
/// in a workbook.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Fault> {
    let mut room = MOST_UNPACKED;
    let mut text = Vec::new();
    for at in 0..archive.len() {
        text.clear();
        let part = archive.by_index(at).map_err(|_| damaged())?;
        let name = part.name().map_err(|_| damaged())?.into_owned();
        let read = part
            .take(room.saturating_add(1))
            .read_to_end(&mut text)
            .map_err(|_| damaged())?;
        room = u64::try_from(read)
            .ok()
            .and_then(|it| room.checked_sub(it))
            .ok_or_else(too_large)?;
        let holds = |wanted: &[u8]| text.windows(wanted.len()).any(|it| it == wanted);
        if name == "[Content_Types].xml" && holds(b"macroEnabled") {
            return Err(whole(
                "Dit is een bestand voor macro’s (.xlsm). Sla het op als .xlsx, zonder macro’s.",
            ));
        }
        // A document type can make a text a billion times as long.
        if holds(b"<!DOCTYPE") {
            return Err(whole(
                "Er staat iets in het bestand dat in geen werkblad hoort. Open het in Excel of LibreOffice en sla het opnieuw op als .xlsx.",
            ));
        }
    }
    Ok(())
}

fn whole(sentence: impl Into<String>) -> Fault {
    Fault::new("", sentence)
}

/// The file ends too early, or is not what it says.
pub fn damaged() -> Fault {
    whole(
        "Het bestand is beschadigd of niet helemaal aangekomen. Open het in Excel of LibreOffice, sla het opnieuw op als .xlsx en probeer het nog een keer.",
    )
}

fn locked() -> Fault {
    whole(
        "Het bestand is met een wachtwoord beveiligd. Haal het wachtwoord eraf en sla het opnieuw op.",
    )
}

fn too_large() -> Fault {
    whole(
        "Uitgepakt is het bestand groter dan 12 MB; een werkblad van ons is hooguit een tiende daarvan. Staan er lege rijen of kolommen onder of naast uw regels? Verwijder die, of begin met een nieuw werkblad.",
    )
}
