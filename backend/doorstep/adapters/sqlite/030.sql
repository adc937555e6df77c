-- One operative's visits are listed and counted from their index alone.
DROP INDEX visits_operative;
CREATE INDEX visits_operative ON visits(operative_id,day,visit_id,patch,standing,grade,alert_count,waived_count,priority,lot);
