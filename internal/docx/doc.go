// Package docx writes plain Word documents: headings, paragraphs, lists of links, tables, pictures, page breaks and
// page numbers, on A4 with the margins and the typeface of Vietnamese office papers.
//
// In go texts, as they come from people and platforms; every one is escaped and cleaned of what XML cannot hold. Out
// comes a .docx that Word and LibreOffice open. It is our own since a document of this kind is a dozen elements, and
// the libraries found carry an editor's worth of them.
//
// The package knows nothing of what the documents are about.
package docx
