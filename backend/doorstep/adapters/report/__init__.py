"""The evidence report as a PDF that an archive keeps and a screen reader reads, laid out by typst."""
