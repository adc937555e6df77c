-- Out again: the addresses that are told what visits came to, and each message on its way to one of them.
CREATE TABLE webhook_endpoints(endpoint_id TEXT PRIMARY KEY,name TEXT NOT NULL,url TEXT NOT NULL,state TEXT NOT NULL CHECK(state IN('on','off','ended')),why TEXT NOT NULL,position INT NOT NULL,secret_number INT NOT NULL,old_until INT,made_by TEXT NOT NULL,made_at INT NOT NULL,ended_at INT)STRICT,WITHOUT ROWID;
CREATE TABLE webhook_deliveries(delivery_id TEXT PRIMARY KEY,endpoint_id TEXT NOT NULL,position INT NOT NULL,visit_id TEXT NOT NULL,type TEXT NOT NULL,body TEXT NOT NULL,state TEXT NOT NULL CHECK(state IN('waiting','taken','dead')),tries INT NOT NULL,next_try_at INT NOT NULL,made_at INT NOT NULL,tried_at INT,done_at INT,status INT,fault TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries(endpoint_id,state,position);
CREATE INDEX webhook_deliveries_made ON webhook_deliveries(endpoint_id,made_at);
CREATE INDEX webhook_deliveries_done ON webhook_deliveries(done_at)WHERE state='taken';
