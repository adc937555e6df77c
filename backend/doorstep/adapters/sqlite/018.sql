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
-- Appointments of an order that had one before, with the day of the last one before it, of any patch and of its own: so
-- orders are counted without looking at each. And of each missed appointment, what its order came to.
CREATE TABLE wastage_again(appointment_id TEXT PRIMARY KEY,day TEXT NOT NULL,patch TEXT NOT NULL,before TEXT NOT NULL,before_here TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX wastage_again_day ON wastage_again(day,patch,before,before_here);
INSERT INTO wastage_again SELECT appointment_id,day,patch,before,ifnull(before_here,'') FROM(SELECT appointment_id,day,patch,lag(day)OVER(PARTITION BY work_order_ref ORDER BY day,appointment_id)AS before,lag(day)OVER(PARTITION BY work_order_ref,patch ORDER BY day,appointment_id)AS before_here FROM wastage_facts WHERE n_population AND work_order_ref<>'')WHERE before IS NOT NULL;
CREATE INDEX wastage_without_order ON wastage_facts(day,patch)WHERE work_order_ref='' AND n_population;
CREATE TABLE wastage_recovered(appointment_id TEXT PRIMARY KEY,day TEXT NOT NULL,patch TEXT NOT NULL,window TEXT NOT NULL,trade TEXT NOT NULL,priority TEXT NOT NULL,contractor TEXT NOT NULL,operative_id TEXT NOT NULL,alerts TEXT NOT NULL,recorded_as TEXT NOT NULL,is_unknown INT NOT NULL,came_to INT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX wastage_recovered_day ON wastage_recovered(day,patch,window,trade,priority,contractor,operative_id,alerts,recorded_as,is_unknown,came_to);
INSERT INTO wastage_recovered SELECT appointment_id,day,patch,window,trade,priority,contractor,operative_id,alerts,recorded_as,work_order_ref='',ifnull((SELECT max(1+(l.recorded_as IN('completed','external_work_done','access_gained_late')))FROM wastage_facts l WHERE l.work_order_ref=f.work_order_ref AND l.work_order_ref<>'' AND l.starts_at>f.starts_at AND NOT l.is_cancelled_before),0)FROM wastage_facts f WHERE n_missed;
-- A few of all, with everything that is told of them.
DROP INDEX wastage_hazards;
CREATE INDEX wastage_hazards ON wastage_facts(day,patch,work_order_ref,attempts,methods,recorded_as,n_population,trade,contractor,window,operative_id,priority)WHERE instr(priority,'hazard')>0;
CREATE INDEX failed_numbers_state ON failed_numbers(state,failed_at);
-- A search for words asks this for every three letters that stand together in them: once for all visits with the same.
CREATE TABLE searched(id INTEGER PRIMARY KEY,words TEXT NOT NULL UNIQUE)STRICT;
INSERT INTO searched(words) SELECT DISTINCT words FROM visits;
CREATE VIRTUAL TABLE searched_parts USING fts5(words,content='searched',content_rowid='id',tokenize='trigram');
INSERT INTO searched_parts(searched_parts) VALUES('rebuild');
CREATE TRIGGER searched_insert AFTER INSERT ON searched BEGIN INSERT INTO searched_parts(rowid,words) VALUES(NEW.id,NEW.words);END;
CREATE TRIGGER searched_delete AFTER DELETE ON searched BEGIN INSERT INTO searched_parts(searched_parts,rowid,words) VALUES('delete',OLD.id,OLD.words);END;
DROP INDEX visits_counted;
CREATE INDEX visits_words ON visits(words);
