/* scopes: which variables a scope hides before it sets them. */
#ifndef TAKT_TEXT_JINJA_SCOPES_H
#define TAKT_TEXT_JINJA_SCOPES_H

#include "base/err.h"
#include "text/jinja_ast.h"

/* jinja_hide finds for every scope of CODE the names that are set in it, outside of any if, before
 * the scope itself has read them, and that no scope around it knows. Such a name is the scope's own
 * from its start: macros and inner blocks that read it before it is set see it undefined, not the
 * variable of that name that the caller of the template gave. (Jinja compiles scopes to Python
 * functions, whose locals behave so.) Errors: TAKT_ERR_UNSUPPORTED for filters and tests
 * that do not exist, unless an if decides whether they are reached; TAKT_ERR_MEMORY. */
takt_rc jinja_hide(struct jinja_code *code, takt_err *e);

#endif
