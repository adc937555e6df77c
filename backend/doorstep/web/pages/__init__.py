"""The office's pages: made on the server, and working without JavaScript."""
