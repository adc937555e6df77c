-- What the office knows of homes for a time, and what residents were told: both are made from the log again.
CREATE TABLE home_facts(fact_id TEXT PRIMARY KEY,what TEXT NOT NULL CHECK(what IN('alert','request')),property_ref TEXT NOT NULL,code TEXT NOT NULL,text TEXT NOT NULL,starts_on TEXT NOT NULL,ends_on TEXT NOT NULL,review_on TEXT NOT NULL,changed_at INT NOT NULL,changed_by TEXT NOT NULL,is_ended INT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX home_facts_home ON home_facts(property_ref);
CREATE INDEX home_facts_review ON home_facts(review_on);
CREATE INDEX home_facts_end ON home_facts(ends_on);
CREATE TABLE home_fact_changes(position INTEGER PRIMARY KEY,fact_id TEXT NOT NULL,what TEXT NOT NULL,property_ref TEXT NOT NULL,code TEXT NOT NULL,text TEXT NOT NULL,starts_on TEXT NOT NULL,ends_on TEXT NOT NULL,review_on TEXT NOT NULL,is_ended INT NOT NULL,reason TEXT NOT NULL,changed_at INT NOT NULL,changed_by TEXT NOT NULL)STRICT;
CREATE INDEX home_fact_changes_home ON home_fact_changes(property_ref,position);
CREATE INDEX home_fact_changes_fact ON home_fact_changes(fact_id,position);
CREATE TABLE notices(notice_id TEXT PRIMARY KEY,appointment_id TEXT NOT NULL,channel TEXT NOT NULL,sent_at INT NOT NULL,status TEXT NOT NULL,status_at INT,told_by TEXT NOT NULL,note TEXT NOT NULL,tells_of TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX notices_appointment ON notices(appointment_id);
