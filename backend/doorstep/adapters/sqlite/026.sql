-- What words find is gone through from the newest visit on: ids rise with the day on which somebody first went there.
-- An id is the day (since 1970) times 16777216, and its number on that day.
DROP TRIGGER searched_insert;
DROP TRIGGER searched_delete;
DROP TABLE searched_parts;
CREATE TABLE searched_by_day(id INTEGER PRIMARY KEY,words TEXT NOT NULL UNIQUE)STRICT;
INSERT INTO searched_by_day SELECT since*16777216+row_number()OVER(PARTITION BY since ORDER BY words),words FROM(SELECT words,CAST(ifnull(julianday(nullif(max(day),''))-2440587.5,0)AS INTEGER)AS since FROM visits GROUP BY words);
DROP TABLE searched;
ALTER TABLE searched_by_day RENAME TO searched;
CREATE VIRTUAL TABLE searched_parts USING fts5(words,content='searched',content_rowid='id',tokenize='trigram');
INSERT INTO searched_parts(searched_parts) VALUES('rebuild');
CREATE TRIGGER searched_insert AFTER INSERT ON searched BEGIN INSERT INTO searched_parts(rowid,words) VALUES(NEW.id,NEW.words);END;
CREATE TRIGGER searched_delete AFTER DELETE ON searched BEGIN INSERT INTO searched_parts(searched_parts,rowid,words) VALUES('delete',OLD.id,OLD.words);END;
-- Visits with a photo that is another visit's too, or looks like one, are few, and found by a filter of their own.
CREATE INDEX visits_photo_alike ON visits(standing,day,visit_id)WHERE instr(flags,'"photo_re')>0;
