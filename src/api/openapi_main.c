/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the OpenAPI document as YAML to standard output: `make openapi`. Not installed. */
#include "api/openapi.h"
#include "api/yaml.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
	json_t *document;
	if (openapi_document(&document))
		return EXIT_FAILURE;
	struct buffer text;
	buffer_init(&text, 0);
	buffer_append_text(&text,
	    "# SPDX-License-Identifier: Apache-2.0\n"
	    "# Made from the routes and the schema: `make openapi`.\n");
	yaml_write(document, &text);
	json_decref(document);
	bool is_written = !buffer_error(&text) &&
	    fwrite(text.data, 1, text.bytes, stdout) == text.bytes;
	buffer_done(&text);
	return is_written && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
