/* log_text: prompts and answers in the log, for servers that were asked to put them there. */
#ifndef TAKT_SERVER_LOG_TEXT_H
#define TAKT_SERVER_LOG_TEXT_H

#include <stdint.h>

#include "base/log.h"
#include "base/slice.h"

/* log_text says EVENT with TEXT of choice INDEX of the request ID, at the level of requests. TEXT
 * is any bytes and may be long: it is parted into lines with the fields part and parts, none of
 * which splits a character. Zero bytes become U+2400. */
void log_text(const struct log *l, const char *event, const char *id, uint32_t index,
              struct slice text);

#endif
