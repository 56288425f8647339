/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

const char *err_text(enum err err) {
	switch (err) {
	case ERR_OK: return "success";
	case ERR_MEMORY: return "out of memory";
	case ERR_IO: return "input or output failed";
	case ERR_CORRUPT: return "stored data is corrupt";
	case ERR_SYNTAX: return "not in the expected format";
	case ERR_RANGE: return "outside the allowed range";
	case ERR_EXISTS: return "exists already";
	case ERR_NOT_FOUND: return "not found";
	case ERR_FULL: return "no room left";
	case ERR_BUSY: return "in use by another process";
	case ERR_CLOSED: return "closed";
	case ERR_TIMEOUT: return "timed out";
	case ERR_DENIED: return "permission denied";
	case ERR_CONFIG: return "configuration error";
	case ERR_FATAL: return "the state of the data on disk is unknown";
	}
	return "unknown error";
}
