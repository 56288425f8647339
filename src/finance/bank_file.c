/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/bank_file.h"

#include "finance/camt053.h"
#include "finance/pain002.h"
#include "finance/xml_reader.h"

#include <stdbool.h>
#include <string.h>

struct recognition {
	bool is_known;
	enum bank_file file;
};

static bool is_among(const char *name_space, const char *const *namespaces) {
	for (; *namespaces; namespaces++)
		if (strcmp(*namespaces, name_space) == 0)
			return true;
	return false;
}

/* The first element has said enough: any error ends the reading. */
static enum err begin(void *user, const struct xml_element *element, struct file_mistake *mistake) {
	static const char *const of_reports[] = { PAIN002_NAMESPACES, NULL };
	struct recognition *recognition = user;
	(void)mistake;
	recognition->file = is_among(element->name_space, of_reports) ? BANK_FILE_STATUS_REPORT
	                                                              : BANK_FILE_STATEMENT;
	recognition->is_known = true;
	return ERR_SYNTAX;
}

static enum err end(void *user, const struct xml_element *element, struct file_mistake *mistake) {
	(void)user, (void)element, (void)mistake;
	return ERR_OK;
}

/* What XML begins with: '<', in UTF-8 or UTF-16, after a mark of the byte order. */
static bool is_xml(const char *data, size_t bytes) {
	static const char *const marks[] = { "\xEF\xBB\xBF", "\xFE\xFF", "\xFF\xFE", "" };
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t at = strlen(marks[i]);
		if (bytes < at || memcmp(data, marks[i], at) != 0)
			continue;
		while (at < bytes && strchr("\t\r\n ", data[at])) /* also the zero bytes of UTF-16 */
			at++;
		return at == bytes || data[at] == '<';
	}
	return false;
}

static enum err recognise_xml(
    const char *data, size_t bytes, enum bank_file *ret_file, struct file_mistake *ret_mistake) {
	static const char *const namespaces[] = { PAIN002_NAMESPACES, CAMT053_NAMESPACES, NULL };
	struct recognition recognition = { .is_known = false };
	struct file_mistake mistake = { 0 };
	const struct xml_handler handler = { namespaces, &recognition, begin, end };
	enum err err = xml_read(data, bytes, &handler, &mistake);
	if (recognition.is_known) {
		*ret_file = recognition.file;
		return ERR_OK;
	}
	if (err == ERR_OK) {
		mistake_say(&mistake, "the document has nothing in it", "文件没有内容");
		err = ERR_SYNTAX;
	}
	if (err != ERR_MEMORY)
		*ret_mistake = mistake;
	return err;
}

static bool is_blank(const char *data, size_t bytes) {
	for (size_t i = 0; i < bytes; i++)
		if (!strchr("\t\r\n ", data[i])) /* also zero bytes */
			return false;
	return true;
}

enum err bank_file_recognise(
    const char *data, size_t bytes, enum bank_file *ret_file, struct file_mistake *ret_mistake) {
	if (is_blank(data, bytes)) {
		*ret_mistake = (struct file_mistake){ 1, 1, "the file is empty", "文件是空的" };
		return ERR_SYNTAX;
	}
	if (is_xml(data, bytes))
		return recognise_xml(data, bytes, ret_file, ret_mistake);
	*ret_file = BANK_FILE_TABLE;
	return ERR_OK;
}
