/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxml2's parser gives events, in pieces of the document; the first mistake, ours or its, stops
 * it. A DOCTYPE is refused at its beginning, before any declaration in it is read.
 */
#include "finance/xml_reader.h"

#include "base/text.h"

#include <libxml/parser.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CHUNK_BYTES 65536

struct reading {
	const struct xml_handler *handler;
	xmlParserCtxtPtr parser;
	struct file_mistake *mistake;
	enum err err;
	const xmlChar *name_space; /* the root's; owned by the parser */
	unsigned depth;
	unsigned skipped_from; /* depth of the SplmtryData that we are in; 0: in none */
	char path[XML_PATH_BYTES];
	size_t path_bytes;
	char text[XML_TEXT_BYTES];
	size_t text_bytes;
	char currency[XML_CURRENCY_BYTES];
};

static uint64_t line_of(const struct reading *r) {
	return r->parser->input ? (uint64_t)r->parser->input->line : 0;
}

static uint64_t column_of(const struct reading *r) {
	return r->parser->input ? (uint64_t)r->parser->input->col : 0;
}

/* Only the first mistake counts: false for the others. */
static bool stop(struct reading *r, enum err err) {
	if (r->err)
		return false;
	r->err = err;
	if (!r->mistake->line) {
		r->mistake->line = line_of(r);
		r->mistake->column = column_of(r);
	}
	xmlStopParser(r->parser);
	return true;
}

/* Stops with what is said in English and Chinese. */
#define FAIL(r, err, ...)                                                                          \
	do {                                                                                           \
		if (stop((r), (err)))                                                                      \
			mistake_say((r)->mistake, __VA_ARGS__);                                                \
	} while (0)

/* --- the path --- */

static void push_name(struct reading *r, const char *name) {
	int bytes = snprintf(r->path + r->path_bytes, sizeof(r->path) - r->path_bytes, "%s%s",
	    r->path_bytes ? "/" : "", name);
	if ((size_t)bytes >= sizeof(r->path) - r->path_bytes) {
		r->path[r->path_bytes] = '\0';
		FAIL(r, ERR_RANGE, "the names of the elements around it are too long", "外层元素名过长");
		return;
	}
	r->path_bytes += (size_t)bytes;
}

static void pop_name(struct reading *r) {
	const char *slash = strrchr(r->path, '/');
	r->path_bytes = slash ? (size_t)(slash - r->path) : 0;
	r->path[r->path_bytes] = '\0';
}

static struct xml_element element_of(struct reading *r) {
	return (struct xml_element){
		.path = r->path,
		.text = r->text,
		.currency = r->currency,
		.name_space = (const char *)r->name_space,
		.line = line_of(r),
		.column = column_of(r),
	};
}

/* --- events --- */

static bool is_known(const struct reading *r, const xmlChar *name_space) {
	for (const char *const *known = r->handler->namespaces; *known; known++)
		if (strcmp(*known, (const char *)name_space) == 0)
			return true;
	return false;
}

static void begin_root(struct reading *r, const xmlChar *name, const xmlChar *name_space) {
	char shown[100];
	if (!name_space || !is_known(r, name_space))
		FAIL(r, ERR_SYNTAX, "the namespace is \"%s\", which is not that of such a file",
		    "命名空间为“%s”，不是此类文件的命名空间",
		    text_show(shown, sizeof(shown), name_space ? (const char *)name_space : ""));
	else if (strcmp((const char *)name, "Document") != 0)
		FAIL(r, ERR_SYNTAX, "the outermost element is not Document", "最外层元素不是 Document");
	r->name_space = name_space;
}

/* libxml2 gives five pointers for each attribute: name, prefix, namespace, begin, end. */
static void read_currency(struct reading *r, int count, const xmlChar **attributes) {
	r->currency[0] = '\0';
	for (int i = 0; i < count; i++) {
		const xmlChar **at = attributes + 5 * (size_t)i;
		size_t bytes = (size_t)(at[4] - at[3]);
		if (at[2] || strcmp((const char *)at[0], "Ccy") != 0 || bytes >= sizeof(r->currency))
			continue;
		memcpy(r->currency, at[3], bytes);
		r->currency[bytes] = '\0';
	}
}

static void begin_inner(struct reading *r, const char *name) {
	push_name(r, name);
	r->text[r->text_bytes = 0] = '\0';
	if (r->err || !r->handler->begin)
		return;
	struct xml_element element = element_of(r);
	enum err err = r->handler->begin(r->handler->user, &element, r->mistake);
	if (err != ERR_OK)
		(void)stop(r, err);
}

static void on_begin(void *user, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *name_space, int namespace_count, const xmlChar **namespaces, int attribute_count,
    int defaulted_count, const xmlChar **attributes) {
	struct reading *r = user;
	(void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted_count;
	char shown[60];
	if (r->err)
		return;
	if (++r->depth > XML_DEPTH_MAX) {
		FAIL(r, ERR_RANGE, "elements are nested more than %d deep", "元素嵌套超过 %d 层",
		    XML_DEPTH_MAX);
	} else if (r->depth == 1) {
		begin_root(r, name, name_space);
	} else if (r->skipped_from) {
		return;
	} else if (!name_space || strcmp((const char *)name_space, (const char *)r->name_space) != 0) {
		FAIL(r, ERR_SYNTAX, "%s is of another namespace", "元素 %s 属于另一命名空间",
		    text_show(shown, sizeof(shown), (const char *)name));
	} else if (strcmp((const char *)name, "SplmtryData") == 0) {
		r->skipped_from = r->depth;
	} else {
		read_currency(r, attribute_count, attributes);
		begin_inner(r, (const char *)name);
	}
}

/* Cuts blanks off both ends. */
static void trim(struct reading *r) {
	static const char blanks[] = " \t\r\n";
	size_t lead = strspn(r->text, blanks);
	while (r->text_bytes > lead && strchr(blanks, r->text[r->text_bytes - 1]))
		r->text_bytes--;
	r->text_bytes -= lead;
	memmove(r->text, r->text + lead, r->text_bytes);
	r->text[r->text_bytes] = '\0';
}

static void on_end(
    void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *name_space) {
	struct reading *r = user;
	(void)name, (void)prefix, (void)name_space;
	if (r->err)
		return;
	bool is_skipped = r->skipped_from > 0;
	if (r->skipped_from == r->depth)
		r->skipped_from = 0;
	if (--r->depth == 0 || is_skipped)
		return;
	trim(r);
	struct xml_element element = element_of(r);
	enum err err = r->handler->end(r->handler->user, &element, r->mistake);
	if (err != ERR_OK)
		(void)stop(r, err);
	pop_name(r);
	r->text[r->text_bytes = 0] = '\0';
	r->currency[0] = '\0';
}

static void on_text(void *user, const xmlChar *text, int bytes) {
	struct reading *r = user;
	if (r->err || r->skipped_from)
		return;
	if ((size_t)bytes >= sizeof(r->text) - r->text_bytes) {
		FAIL(r, ERR_RANGE, "an element has more than %d bytes of text", "元素文本超过 %d 字节",
		    XML_TEXT_BYTES - 1);
		return;
	}
	memcpy(r->text + r->text_bytes, text, (size_t)bytes);
	r->text_bytes += (size_t)bytes;
	r->text[r->text_bytes] = '\0';
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *id, const xmlChar *system) {
	(void)name, (void)id, (void)system;
	struct reading *r = user;
	FAIL(r, ERR_SYNTAX, "a document type declaration (DOCTYPE) is not taken",
	    "不接受文档类型声明（DOCTYPE）");
}

/* What files of banks mostly have, in Chinese; else libxml2's own words. */
static const char *say_in_chinese(const xmlError *error, const char *own) {
	static const struct {
		int code;
		const char *zh;
	} known[] = {
		{ XML_ERR_DOCUMENT_EMPTY, "文件没有内容" },
		{ XML_ERR_DOCUMENT_END, "文件结尾不当，可能不完整" },
		{ XML_ERR_TAG_NOT_FINISHED, "元素没有结束，文件可能不完整" },
		{ XML_ERR_GT_REQUIRED, "此处应为“>”，文件可能不完整" },
		{ XML_ERR_LTSLASH_REQUIRED, "结束标记不完整" },
		{ XML_ERR_TAG_NAME_MISMATCH, "开始标记与结束标记不一致" },
		{ XML_ERR_INVALID_ENCODING, "此处字节不符合文件所声明的编码" },
		{ XML_ERR_INVALID_CHAR, "此处有不允许的字符，或字节不符合所声明的编码" },
		{ XML_ERR_INVALID_CHARREF, "字符引用（&#…;）有误" },
		{ XML_ERR_UNDECLARED_ENTITY, "实体（&…;）没有定义" },
		{ XML_ERR_NAME_REQUIRED, "此处应为名称；文本中的“&”应写作“&amp;”" },
		{ XML_ERR_ENTITYREF_SEMICOL_MISSING, "“&”之后缺少“;”；文本中的“&”应写作“&amp;”" },
		{ XML_ERR_UNSUPPORTED_ENCODING, "不支持文件所声明的编码" },
		{ XML_ERR_ATTRIBUTE_NOT_STARTED, "属性值应加引号" },
		{ XML_ERR_ATTRIBUTE_REDEFINED, "属性重复出现" },
		{ XML_NS_ERR_UNDEFINED_NAMESPACE, "命名空间前缀没有定义" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == error->code)
			return known[i].zh;
	return own;
}

static void on_error(void *user, xmlErrorPtr error) {
	struct reading *r = user;
	if (r->err || error->level < XML_ERR_ERROR || !r->parser)
		return;
	char shown[MISTAKE_BYTES];
	text_show(shown, sizeof(shown), error->message ? error->message : "not well-formed");
	size_t bytes = strlen(shown);
	while (bytes > 0 && (shown[bytes - 1] == '?' || shown[bytes - 1] == ' '))
		shown[--bytes] = '\0'; /* its messages end in a line feed */
	if (!stop(r, error->code == XML_ERR_NO_MEMORY ? ERR_MEMORY : ERR_SYNTAX))
		return;
	mistake_say(r->mistake, "%s", "XML 格式有误：%s", say_in_chinese(error, shown));
	text_show(r->mistake->text, sizeof(r->mistake->text), shown);
	if (error->line > 0)
		r->mistake->line = (uint64_t)error->line;
	if (error->int2 > 0)
		r->mistake->column = (uint64_t)error->int2;
}

/* What libxml2 says where no parser is at hand goes nowhere: it would go to stderr. */
static void ignore(void *user, xmlErrorPtr error) {
	(void)user, (void)error;
}
static void ignore_text(void *user, const char *format, ...) {
	(void)user, (void)format;
}

/* --- reading --- */

static void parse(struct reading *r, const char *data, size_t bytes) {
	while (bytes > 0 && !r->err) {
		size_t piece = bytes < CHUNK_BYTES ? bytes : CHUNK_BYTES;
		xmlParseChunk(r->parser, data, (int)piece, 0);
		data += piece;
		bytes -= piece;
	}
	if (!r->err)
		xmlParseChunk(r->parser, NULL, 0, 1);
	if (!r->err && (!r->parser->wellFormed || !r->name_space))
		FAIL(r, ERR_SYNTAX, "the document is not whole", "文件不完整");
}

enum err xml_read(const char *data, size_t bytes, const struct xml_handler *handler,
    struct file_mistake *ret_mistake) {
	struct file_mistake mistake = { 0 };
	struct reading r = { .handler = handler, .mistake = &mistake };
	xmlSAXHandler events = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_begin,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.serror = on_error,
	};
	if (bytes > XML_BYTES_MAX) {
		mistake_say(
		    &mistake, "the file has more than %zu bytes", "文件超过 %zu 字节", XML_BYTES_MAX);
		*ret_mistake = mistake;
		return ERR_RANGE;
	}
	r.parser = xmlCreatePushParserCtxt(&events, &r, NULL, 0, NULL);
	if (!r.parser)
		return ERR_MEMORY;
	if (xmlCtxtUseOptions(r.parser, XML_PARSE_NONET) != 0)
		r.err = ERR_MEMORY;
	xmlStructuredErrorFunc said_to = xmlStructuredError;
	void *said_with = xmlStructuredErrorContext;
	xmlGenericErrorFunc wrote_to = xmlGenericError;
	void *wrote_with = xmlGenericErrorContext;
	xmlSetStructuredErrorFunc(NULL, ignore);
	xmlSetGenericErrorFunc(NULL, ignore_text);
	parse(&r, data, bytes);
	xmlSetGenericErrorFunc(wrote_with, wrote_to);
	xmlSetStructuredErrorFunc(said_with, said_to);
	xmlFreeParserCtxt(r.parser);
	if (r.err && r.err != ERR_MEMORY)
		*ret_mistake = mistake;
	return r.err;
}

enum err xml_parse_amount(const char *text, int64_t *ret_minor) {
	size_t whole = strspn(text, "0123456789"), fraction = 0;
	const char *point = text + whole;
	if (*point == '.')
		fraction = strspn(point + 1, "0123456789");
	if (whole == 0 || (*point && (*point != '.' || fraction == 0 || point[1 + fraction])))
		return ERR_SYNTAX;
	int64_t value = 0;
	for (size_t i = 0; i < whole + 2; i++) {
		int64_t digit = i < whole ? text[i] - '0' : 0;
		if (i >= whole && i - whole < fraction)
			digit = point[1 + i - whole] - '0';
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return ERR_RANGE;
	}
	for (size_t i = 2; i < fraction; i++)
		if (point[1 + i] != '0')
			return ERR_RANGE;
	*ret_minor = value;
	return ERR_OK;
}
