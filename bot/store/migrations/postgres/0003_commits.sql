-- since: 1
-- Of each thread that writes, a mark of its last transaction that was committed. Whoever did not hear how a
-- COMMIT ended reads here how it did: the server's own number of a transaction is no proof, because a server
-- that crashes forgets the last numbers that it gave out, and gives them to other transactions.
CREATE TABLE commits (
    writer TEXT NOT NULL PRIMARY KEY,
    mark TEXT NOT NULL,
    marked_at TIMESTAMPTZ NOT NULL
)
-- Room for a few versions of each row beside it, because every transaction makes one.
WITH (fillfactor = 40);
