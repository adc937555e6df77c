-- Reminders: texts on their way, their receipts, who wants none, failed numbers, and residents' answers.
CREATE TABLE texts(reference TEXT PRIMARY KEY,appointment_id TEXT NOT NULL,patch TEXT NOT NULL,rule TEXT NOT NULL,starts_at INT NOT NULL,attempt INT NOT NULL,number TEXT NOT NULL,template TEXT NOT NULL,personalisation TEXT NOT NULL,due_at INT NOT NULL,last_at INT NOT NULL,state TEXT NOT NULL CHECK(state IN('waiting','sending','sent','delivered','failed','dropped')),tries INT NOT NULL,next_try_at INT NOT NULL,tried_at INT,provider_id TEXT NOT NULL,status TEXT NOT NULL,status_at INT,made_at INT NOT NULL,sent_at INT,asked_at INT,fault TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX texts_appointment ON texts(appointment_id);
CREATE INDEX texts_state ON texts(state,next_try_at);
CREATE INDEX texts_due ON texts(due_at,state,patch);
CREATE INDEX texts_tried ON texts(tried_at);
CREATE INDEX texts_number ON texts(number);
CREATE TABLE text_receipts(provider_id TEXT NOT NULL,status TEXT NOT NULL,reference TEXT NOT NULL,at INT NOT NULL,received_at INT NOT NULL,told_by TEXT NOT NULL,PRIMARY KEY(provider_id,status))STRICT,WITHOUT ROWID;
CREATE TABLE opt_outs(number TEXT PRIMARY KEY,opt_out_id TEXT NOT NULL,patch TEXT NOT NULL,how TEXT NOT NULL,recorded_at INT NOT NULL,recorded_by TEXT NOT NULL,reason TEXT NOT NULL,is_lifted INT NOT NULL,lifted_at INT,lifted_by TEXT NOT NULL,lifted_reason TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE TABLE failed_numbers(number TEXT PRIMARY KEY,failed_id TEXT NOT NULL,appointment_id TEXT NOT NULL,patch TEXT NOT NULL,status TEXT NOT NULL,failed_at INT NOT NULL,state TEXT NOT NULL CHECK(state IN('open','done')),done_at INT,done_by TEXT NOT NULL,reason TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE TABLE reply_tasks(text_id TEXT PRIMARY KEY,appointment_id TEXT NOT NULL,patch TEXT NOT NULL,number TEXT NOT NULL,kind TEXT NOT NULL,words TEXT NOT NULL,received_at INT NOT NULL,state TEXT NOT NULL CHECK(state IN('open','done')),done_at INT,done_by TEXT NOT NULL,reason TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX reply_tasks_state ON reply_tasks(state,received_at);
-- How far the planning has read: it reads appointments by the position of their last change.
CREATE TABLE reminders_planned(name TEXT PRIMARY KEY,position INT NOT NULL,mark TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX appointments_changed ON appointments(position,starts_at);
