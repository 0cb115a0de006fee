// Reads the files that people download: just enough CSV and XLSX to look into them.
import zlib from 'node:zlib';

/** The rows of a CSV as objects by the names of the head row; `separator` is a comma or a semicolon. */
export function csv(text, separator) {
  const rows = [[]];
  let field = '';
  let quoted = false;
  const end = () => { rows.at(-1).push(field); field = ''; };
  const letters = text.replace(/^\ufeff/, '').replace(/\r\n$/, '');
  for (let at = 0; at < letters.length; at++) {
    const it = letters[at];
    if (quoted && it === '"' && letters[at + 1] === '"') { field += '"'; at++; }
    else if (it === '"') quoted = !quoted;
    else if (!quoted && it === separator) end();
    else if (!quoted && it === '\r' && letters[at + 1] === '\n') { end(); rows.push([]); at++; }
    else field += it;
  }
  end();
  const [head, ...body] = rows;
  return body.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}

/** The rows of the first sheet of an XLSX as objects; a number in the file is a number here. */
export function xlsx(bytes) {
  const files = unzip(bytes);
  const strings = [...(files['xl/sharedStrings.xml'] ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((it) => textOf(it[1]));
  const rows = [...files['xl/worksheets/sheet1.xml'].matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row = '']) => {
    const cells = {};
    for (const [, attributes, content = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const [, column] = /r="([A-Z]+)/.exec(attributes);
      const kind = /t="(\w+)"/.exec(attributes)?.[1];
      const value = /<v>(.*?)<\/v>/s.exec(content)?.[1];
      if (kind === 's') cells[column] = strings[Number(value)];
      else if (kind === 'inlineStr') cells[column] = textOf(content);
      else if (value !== undefined) cells[column] = kind === 'str' ? unescape(value) : Number(value);
    }
    return cells;
  });
  const at = rows.findIndex((it) => it.A === 'kenmerk');
  return rows.slice(at + 1).map((row) => Object.fromEntries(Object.entries(rows[at]).map(([column, name]) => [name, row[column]])));
}

function textOf(xml) {
  return [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map((it) => unescape(it[1])).join('');
}

function unescape(text) {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
}

/** The texts of the files in a ZIP, by the directory at its end. */
function unzip(bytes) {
  const files = {};
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size, nameLength, extraLength, commentLength, from] =
      [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const start = from + 30 + bytes.readUInt16LE(from + 26) + bytes.readUInt16LE(from + 28);
    const packed = bytes.subarray(start, start + size);
    files[bytes.toString('utf8', at + 46, at + 46 + nameLength)] = (method === 8 ? zlib.inflateRawSync(packed) : packed).toString('utf8');
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}
