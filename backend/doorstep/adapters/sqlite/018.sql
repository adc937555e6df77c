-- The list's figures from tallies that are kept as visits change, and its pages from indexes in the order of the list.
-- A tally is of a day, and under '*' of every day. Made from the visits again, and filled here from those that there are.
CREATE TABLE visit_tallies(day TEXT NOT NULL,patch TEXT NOT NULL,standing TEXT NOT NULL,grade TEXT NOT NULL,had_alert INT NOT NULL,had_waiver INT NOT NULL,was_pressing INT NOT NULL,lot INT NOT NULL,visits INT NOT NULL,PRIMARY KEY(day,patch,standing,grade,had_alert,had_waiver,was_pressing,lot))STRICT,WITHOUT ROWID;
INSERT INTO visit_tallies SELECT day,patch,standing,grade,alert_count>0,waived_count>0,(priority='emergency' OR instr(priority,'hazard')>0),iif((standing='recorded' AND waived_count=0 AND alert_count=0 AND grade<>'contradicted' AND NOT (priority='emergency' OR instr(priority,'hazard')>0)),lot/50,-1),count(*) FROM visits GROUP BY 1,2,3,4,5,6,7,8;
INSERT INTO visit_tallies SELECT '*',patch,standing,grade,had_alert,had_waiver,was_pressing,lot,sum(visits) FROM visit_tallies GROUP BY 2,3,4,5,6,7,8;
-- A supervisor of one patch is not made to walk through everybody else's.
CREATE INDEX visits_patch ON visits(patch,standing,day DESC,visit_id DESC);
CREATE INDEX visits_patch_weakest ON visits(patch,standing,weakness DESC,day,visit_id);
CREATE INDEX visits_second_look ON visits(standing,day,visit_id)WHERE instr(flags,'"second_look"')>0;
-- Sums of whole weeks and months, by every dimension and by what a question is narrowed to beside it: `counts` are of all
-- counters, packed. A block is `first day/last day`. What its facts were when it was summed is kept of those that changed
-- since (an empty fact: there was none), so that it answers exactly until it is summed anew.
CREATE TABLE wastage_blocks(block TEXT NOT NULL,narrowed TEXT NOT NULL,narrowed_to TEXT NOT NULL,dimension TEXT NOT NULL,value TEXT NOT NULL,weekday TEXT NOT NULL,patch TEXT NOT NULL,counts BLOB NOT NULL,PRIMARY KEY(block,narrowed,narrowed_to,dimension,value,weekday,patch))STRICT,WITHOUT ROWID;
CREATE TABLE wastage_made(block TEXT PRIMARY KEY,made_by TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE TABLE wastage_before(block TEXT NOT NULL,appointment_id TEXT NOT NULL,fact BLOB NOT NULL,PRIMARY KEY(block,appointment_id))STRICT,WITHOUT ROWID;
CREATE INDEX wastage_by_operative ON wastage_facts(operative_id,day);
