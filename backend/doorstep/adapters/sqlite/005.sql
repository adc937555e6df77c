-- Appointments on their way in: runs, rows held to be mended, mappings remembered, orders known, feeds with tokens.
CREATE TABLE import_runs(import_id TEXT PRIMARY KEY,source TEXT NOT NULL,format TEXT NOT NULL,name TEXT NOT NULL,sha256 TEXT NOT NULL,size_bytes INT NOT NULL,by TEXT NOT NULL,patch TEXT NOT NULL,mapping TEXT NOT NULL,encoding TEXT NOT NULL,is_dry INT NOT NULL,state TEXT NOT NULL CHECK(state IN('waiting','checking','checked','running','done','refused','broken_off')),why TEXT NOT NULL,begun_at INT NOT NULL,heard_at INT NOT NULL,ended_at INT,counts TEXT NOT NULL,faults TEXT NOT NULL,spooled TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX import_runs_begun ON import_runs(begun_at);
CREATE TABLE held_rows(held_id TEXT PRIMARY KEY,import_id TEXT NOT NULL,source TEXT NOT NULL,reference TEXT NOT NULL,work_order_ref TEXT NOT NULL,property_ref TEXT NOT NULL,patch TEXT NOT NULL,kind TEXT NOT NULL CHECK(kind IN('fault','no_slot')),place TEXT NOT NULL,cells TEXT NOT NULL,fields TEXT NOT NULL,faults TEXT NOT NULL,mended TEXT NOT NULL,state TEXT NOT NULL CHECK(state IN('open','mended','dropped')),reason TEXT NOT NULL,by TEXT NOT NULL,held_at INT NOT NULL,done_at INT)STRICT,WITHOUT ROWID;
CREATE INDEX held_rows_state ON held_rows(state,held_at);
CREATE INDEX held_rows_order ON held_rows(work_order_ref)WHERE state='open';
CREATE INDEX held_rows_source ON held_rows(source,state);
CREATE TABLE mappings(source TEXT NOT NULL,headers TEXT NOT NULL,mapping TEXT NOT NULL,by TEXT NOT NULL,kept_at INT NOT NULL,PRIMARY KEY(source,headers))STRICT,WITHOUT ROWID;
CREATE TABLE known_orders(work_order_ref TEXT PRIMARY KEY,cells TEXT NOT NULL,source TEXT NOT NULL,updated_at INT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX known_orders_updated ON known_orders(updated_at);
CREATE TABLE feeds(feed_id TEXT PRIMARY KEY,name TEXT NOT NULL,source TEXT NOT NULL,format TEXT NOT NULL,token_hash TEXT NOT NULL UNIQUE,made_by TEXT NOT NULL,made_at INT NOT NULL,revoked_at INT,last_used_at INT)STRICT,WITHOUT ROWID;
CREATE INDEX appointments_order ON appointments(work_order_ref);
