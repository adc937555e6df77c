-- A list is put together from its indexes alone, and only the rows of its page are fetched: they carry what narrows it.
DROP INDEX visits_standing;
DROP INDEX visits_weakest;
DROP INDEX visits_patch;
DROP INDEX visits_patch_weakest;
CREATE INDEX visits_standing ON visits(standing,day DESC,visit_id DESC,grade,alert_count,waived_count,priority,lot);
CREATE INDEX visits_weakest ON visits(standing,weakness DESC,day,visit_id,grade,alert_count,waived_count,priority,lot);
CREATE INDEX visits_patch ON visits(patch,standing,day DESC,visit_id DESC,grade,alert_count,waived_count,priority,lot);
CREATE INDEX visits_patch_weakest ON visits(patch,standing,weakness DESC,day,visit_id,grade,alert_count,waived_count,priority,lot);
-- What few visits have is found by itself, whatever else is listed with it.
CREATE INDEX visits_waived ON visits(standing,day,visit_id,patch,grade,alert_count,waived_count,priority,lot)WHERE waived_count>0;
CREATE INDEX visits_alerted ON visits(standing,day,visit_id,patch,grade,alert_count,waived_count,priority,lot)WHERE alert_count>0;
CREATE INDEX visits_pressing ON visits(standing,day,visit_id,patch,grade,alert_count,waived_count,priority,lot)WHERE priority='emergency' OR instr(priority,'hazard')>0;
-- What doors ask is looked for in these: the places of a day, and the waits of some weeks.
DROP INDEX door_readings_on;
DROP INDEX door_readings_waits;
CREATE INDEX door_readings_on ON door_readings(day,operative_id,at,visit_id,lat_e7,lon_e7,accuracy_m)WHERE lat_e7 IS NOT NULL;
CREATE INDEX door_readings_waits ON door_readings(day,operative_id,wait_ms)WHERE wait_ms IS NOT NULL;
