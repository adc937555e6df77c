-- What is forgotten in rounds is found by its date. No partial index serves a condition whose value comes with the question.
DROP INDEX webhook_deliveries_done;
CREATE INDEX webhook_deliveries_done ON webhook_deliveries(state,done_at);
CREATE INDEX texts_starts ON texts(starts_at);
CREATE INDEX reply_tasks_received ON reply_tasks(received_at);
CREATE INDEX held_rows_done ON held_rows(done_at);
CREATE INDEX import_runs_ended ON import_runs(ended_at);
CREATE INDEX import_runs_state ON import_runs(state,heard_at);
