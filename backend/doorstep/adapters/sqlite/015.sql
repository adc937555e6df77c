-- Whether texts stand still, and why; what became of a digest that was begun; refusals in our own words alone.
CREATE TABLE texts_halted(name TEXT PRIMARY KEY,cause TEXT NOT NULL,template TEXT NOT NULL,halted_at INT NOT NULL,is_over INT NOT NULL,ended_at INT,ended_by TEXT NOT NULL)STRICT,WITHOUT ROWID;
UPDATE texts SET fault='refused '||substr(fault,1,instr(fault,': ')-1) WHERE state='failed' AND instr(fault,': ')>0;
ALTER TABLE digests ADD COLUMN state TEXT NOT NULL DEFAULT 'sent' CHECK(state IN('begun','sent','unsure'));
