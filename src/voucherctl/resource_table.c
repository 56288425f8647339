/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/resource_table.h"

#include "voucher/v1/resource.pb-c.h"

#include <string.h>

static const struct resource_info resources[] = {
	{ "fund", "funds", &pb__fund__descriptor, "code name currency appropriated allocated available",
	    LIST_PAGES },
	{ "programme", "programmes", &pb__programme__descriptor,
	    "code name allocated available live reserved payable in_payment paid vouchers rule_version",
	    LIST_PAGES },
	{ "party", "parties", &pb__party__descriptor,
	    "code kind name region suspended blacklisted owner task deadline overdue", LIST_PAGES },
	{ "principal", "principals", &pb__principal__descriptor,
	    "id person party roles region label by_token revoked", LIST_PAGES },
	{ "application", "applications", &pb__application__descriptor,
	    "id programme party amount status since_us voucher time_us", LIST_PAGES },
	{ "voucher", "vouchers", &pb__voucher__descriptor,
	    "id programme holder status amount live reserved redeemed expired use_by_us code",
	    LIST_PAGES },
	{ "reservation", "reservations", &pb__reservation__descriptor,
	    "id voucher holder provider status contract_number category subsidy held redeemed claimed",
	    LIST_PAGES },
	{ "claim", "claims", &pb__claim__descriptor,
	    "id programme reservation payee status since_us amount publication_ends_us settlement",
	    LIST_PAGES },
	{ "settlement", "settlements", &pb__settlement__descriptor,
	    "id programme house_account status cutoff amount netted payments_count prepared_by "
	    "approved_by "
	    "time_us",
	    LIST_PAGES },
	{ "clawback", "clawbacks", &pb__clawback__descriptor,
	    "id claim programme payee ground amount recovered written_off due", LIST_PAGES },
	{ "house-account", "house_accounts", &pb__house_account__descriptor,
	    "code name account.number figures.statement figures.books figures.open_lines exceptions "
	    "booked_until",
	    LIST_PAGES },
	{ "bank-file", "statements", &pb__bank_statement__descriptor,
	    "id house_account format number lines new_lines closing_balance is_whole person time_us",
	    LIST_PAGES },
	{ "bank-line", "bank_lines", &pb__bank_line__descriptor,
	    "line house_account booking_date amount open state exception reference text owner reason "
	    "since_us",
	    LIST_PAGES },
	{ "payment", "payments", &pb__settlement_payment__descriptor,
	    "settlement payment.number programme payee payment.amount status "
	    "payment.account.holder_name payment.account.number payment.reference value_date",
	    LIST_PAGES },
	{ "period", "periods", &pb__period__descriptor,
	    "period status prepared_by reviewed_by closed_by prepared_us closed_us reopened",
	    LIST_PAGES },
	{ "sample", "samples", &pb__sample__descriptor,
	    "id programme after until share_bp population time_us", LIST_PAGES },
	{ "take-up", "take_up", &pb__take_up__descriptor,
	    "programme region category month vouchers issued uses used unused returned expired "
	    "cancelled paid",
	    LIST_WHOLE },
	{ "clock", "clocks", &pb__step_clock__descriptor,
	    "programme step waiting waiting_mean_s done done_mean_s done_max_s", LIST_WHOLE },
	{ "account", "accounts", &pb__account_balance__descriptor,
	    "account owner party balance currency", LIST_SUMMED },
	{ "disclosure", "disclosures", &pb__disclosure__descriptor,
	    "claim programme holder_name provider_name category amount publication_ends_us",
	    LIST_PAGES },
	{ "command", NULL, &pb__reply__descriptor, NULL, LIST_PAGES },
};

const struct resource_info *resource_find(const char *noun) {
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
		if (strcmp(resources[i].noun, noun) == 0)
			return &resources[i];
	return NULL;
}

const ProtobufCEnumDescriptor *resource_enum(const struct resource_info *info, const char *field) {
	const ProtobufCFieldDescriptor *found = protobuf_c_message_descriptor_get_field_by_name(
	    info->descriptor, field);
	return found && found->type == PROTOBUF_C_TYPE_ENUM ? found->descriptor : NULL;
}
