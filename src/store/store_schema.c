/* store_schema: the tables, and how older ones become them. */
#include "store/store_parts.h"

/* Version I + 1 is made of version I by STEP[I]. What was released is never changed: a new version
 * is a new step. Names of types are those of PostgreSQL; SQLite knows what is meant. */
static const char *const STEP[] = {
    "CREATE TABLE takt_meta (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
    "INSERT INTO takt_meta VALUES ('version', 1), ('keys', 0), ('seq', 0);"

    "CREATE TABLE takt_keys (name TEXT PRIMARY KEY, role BIGINT NOT NULL, salt TEXT NOT NULL,"
    " digest TEXT NOT NULL, rpm BIGINT NOT NULL, rpd BIGINT NOT NULL, tpm BIGINT NOT NULL,"
    " tpd BIGINT NOT NULL, created BIGINT NOT NULL, revoked BIGINT NOT NULL);"

    "CREATE TABLE takt_usage (owner TEXT NOT NULL, day BIGINT NOT NULL, requests BIGINT NOT NULL,"
    " prompt BIGINT NOT NULL, cached BIGINT NOT NULL, answer BIGINT NOT NULL,"
    " PRIMARY KEY (owner, day));"

    /* seq: the order in which they were made; is_open: its batch still adds to it. */
    "CREATE TABLE takt_files (id TEXT PRIMARY KEY, seq BIGINT NOT NULL UNIQUE,"
    " owner TEXT NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL, bytes BIGINT NOT NULL,"
    " created BIGINT NOT NULL, expires BIGINT NOT NULL, is_open BIGINT NOT NULL);"
    "CREATE INDEX takt_files_by_owner ON takt_files (owner, seq);"
    "CREATE INDEX takt_files_by_end ON takt_files (expires);"
    "CREATE TABLE takt_parts (file TEXT NOT NULL, n BIGINT NOT NULL, data BYTEA NOT NULL,"
    " PRIMARY KEY (file, n));"

    "CREATE TABLE takt_batches (id TEXT PRIMARY KEY, seq BIGINT NOT NULL UNIQUE,"
    " owner TEXT NOT NULL, endpoint TEXT NOT NULL, input TEXT NOT NULL, output TEXT, failures TEXT,"
    " status BIGINT NOT NULL, metadata TEXT, errors TEXT, lines BIGINT NOT NULL,"
    " completed BIGINT NOT NULL, failed BIGINT NOT NULL, prompt BIGINT NOT NULL,"
    " cached BIGINT NOT NULL, answer BIGINT NOT NULL, time_window BIGINT NOT NULL,"
    " expires BIGINT NOT NULL, files_expire BIGINT NOT NULL, at0 BIGINT NOT NULL,"
    " at1 BIGINT NOT NULL, at2 BIGINT NOT NULL, at3 BIGINT NOT NULL, at4 BIGINT NOT NULL,"
    " at5 BIGINT NOT NULL, at6 BIGINT NOT NULL, at7 BIGINT NOT NULL);"
    "CREATE INDEX takt_batches_by_owner ON takt_batches (owner, seq);"
    "CREATE INDEX takt_batches_by_status ON takt_batches (status);"
    "CREATE INDEX takt_batches_by_input ON takt_batches (input);"

    "CREATE TABLE takt_responses (id TEXT PRIMARY KEY, owner TEXT NOT NULL, previous TEXT,"
    " created BIGINT NOT NULL, expires BIGINT NOT NULL, reply TEXT NOT NULL, input TEXT NOT NULL);"
    "CREATE INDEX takt_responses_by_end ON takt_responses (expires);",
};

enum { VERSION = sizeof STEP / sizeof *STEP };

static takt_rc migrate(struct store *s, takt_err *e)
{
    const struct db_driver *driver = s->db->driver;
    const struct db_value table[] = {db_str("takt_meta")};
    int64_t has_table = 0, version = 0;
    TAKT_TRY(store_do(s, driver->migrate, NULL, 0, NULL, e));
    TAKT_TRY(store_number(s, driver->has_table, table, 1, &has_table, e));
    if (has_table)
        TAKT_TRY(store_number(s, "SELECT value FROM takt_meta WHERE name = 'version'", NULL, 0,
                              &version, e));
    if (has_table && version < 1)
        return err_set(e, TAKT_ERR_FORMAT, store_place(s),
                       "is damaged (its version is missing); restore it from a backup, or begin "
                       "with an empty one");
    if (version > VERSION)
        return err_set(e, TAKT_ERR_UNSUPPORTED, store_place(s),
                       "was written by a newer takt (its tables have version %lld, this takt knows "
                       "%d); use that takt, or another --store",
                       (long long)version, (int)VERSION);
    if (version == VERSION)
        return TAKT_OK;
    for (int64_t i = version; i < VERSION; i++)
        TAKT_TRY(driver->script(s->db, STEP[i], e));
    const struct db_value now[] = {db_int(VERSION)};
    return STORE_DO(s, "UPDATE takt_meta SET value = $1 WHERE name = 'version'", now, NULL, e);
}

takt_rc store_schema(struct store *s, takt_err *e)
{
    TAKT_TRY(store_begin(s, e));
    return store_end(s, migrate(s, e), e);
}
