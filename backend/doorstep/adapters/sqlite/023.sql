-- For reporting tools: what residents dispute, without their words, and the days that appointments lie on.
CREATE VIEW report_disputes AS SELECT d.dispute_id,d.visit_id,d.appointment_id,ifnull(v.patch,'') AS patch,d.says,strftime('%Y-%m-%dT%H:%M:%fZ',d.disputed_at/1000.0,'unixepoch') AS disputed_at,
 date(d.disputed_at/1000,'unixepoch',iif(datetime(d.disputed_at/1000,'unixepoch')>=datetime(strftime('%Y',d.disputed_at/1000,'unixepoch')||'-04-01','weekday 0','-7 days','+1 hour') AND datetime(d.disputed_at/1000,'unixepoch')<datetime(strftime('%Y',d.disputed_at/1000,'unixepoch')||'-11-01','weekday 0','-7 days','+1 hour'),'+1 hour','+0 hours')) AS disputed_on,
 CASE WHEN d.answered_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',d.answered_at/1000.0,'unixepoch') END AS answered_at
FROM disputes d LEFT JOIN visits v ON v.visit_id=d.visit_id;
CREATE VIEW report_days AS WITH RECURSIVE every(day,last) AS (SELECT (SELECT min(day) FROM appointments),(SELECT max(day) FROM appointments) UNION ALL SELECT date(day,'+1 day'),last FROM every WHERE day<last)
 SELECT day,CAST(strftime('%Y',day) AS INTEGER) AS year,CAST(strftime('%m',day) AS INTEGER) AS month,CAST(strftime('%d',day) AS INTEGER) AS day_of_month,(CAST(strftime('%w',day) AS INTEGER)+6)%7+1 AS weekday,strftime('%w',day) IN('0','6') AS is_weekend FROM every WHERE day IS NOT NULL;
