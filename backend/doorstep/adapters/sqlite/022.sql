-- Editions of monthly reports: what each said, of which log, and the hashes of its files. The log tells of each too.
CREATE TABLE report_editions(month TEXT NOT NULL,edition INT NOT NULL,made_at INT NOT NULL,made_by TEXT NOT NULL,tree_size INT NOT NULL,root TEXT NOT NULL,figures TEXT NOT NULL,files TEXT NOT NULL,position INT NOT NULL,PRIMARY KEY(month,edition))STRICT,WITHOUT ROWID;
