/**
 * Lines of text as a PDF 1.4 file: A4 across, small type, as many pages as needed. The font is the
 * standard Adobe-GB1 song face, which readers bring themselves, so Latin and Chinese names both show
 * without a font in the file. Text goes in as UTF-16BE hex, which needs no escaping.
 */
export function pdfOfLines(lines: readonly string[]): Uint8Array {
  const pages = inPages(lines);
  const objects: string[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, n) => `${firstPage + 2 * n} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>',
    `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]
       /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R >>`,
    `<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]
       /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>`,
  ];
  for (const [n, page] of pages.entries()) {
    const content = contentOf(page);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents ${firstPage + 2 * n + 1} 0 R
         /Resources << /Font << /F 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  return new TextEncoder().encode(fileOf(objects));
}

/** Number of the first page's object; before it stand catalogue, pages, and three for the font. */
const firstPage = 6;
const linesPerPage = 42;

function inPages(lines: readonly string[]): readonly (readonly string[])[] {
  const pages: (readonly string[])[] = [];
  for (let from = 0; from === 0 || from < lines.length; from += linesPerPage) {
    pages.push(lines.slice(from, from + linesPerPage));
  }
  return pages;
}

function contentOf(lines: readonly string[]): string {
  const shown = lines.map((line) => `<${utf16Hex(line)}> Tj T*`);
  return ['BT /F 8 Tf 12 TL 36 550 Td', ...shown, 'ET'].join('\n');
}

function utf16Hex(text: string): string {
  return Array.from({ length: text.length }, (_, n) =>
    text.charCodeAt(n).toString(16).padStart(4, '0'),
  ).join('');
}

/** Everything is ASCII, so a string's length is its length in bytes. */
function fileOf(objects: readonly string[]): string {
  let file = '%PDF-1.4\n';
  const offsets: number[] = [];
  for (const [n, object] of objects.entries()) {
    offsets.push(file.length);
    file += `${n + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`;
  return `${file}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
}
