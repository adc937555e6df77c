"""The board's monthly report in words and pictures: from figures to a document, and from that to a page."""
