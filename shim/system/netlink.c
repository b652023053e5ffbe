/* SPDX-License-Identifier: Apache-2.0 */
/* libmnl: what ocigate tells the kernel. */
#include "netlink.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/audit.h>

enum {
	AUDIT_VIRT_CONTROL = 2500, /* "virtual machine state change", of the range that user space defines */
	AUDIT_TEXT_MAX = 8 * 1024 - 512,
};

bool netlink_audit(const char *text)
{
	char buffer[8 * 1024] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_AUDIT, SOCK_CLOEXEC);
	size_t length = strnlen(text, AUDIT_TEXT_MAX);
	bool sent;
	int error;

	if (!socket)
		return false;
	header->nlmsg_type = AUDIT_VIRT_CONTROL;
	header->nlmsg_flags = NLM_F_REQUEST;
	memcpy(mnl_nlmsg_put_extra_header(header, length + 1), text, length);

	sent = mnl_socket_sendto(socket, header, header->nlmsg_len) >= 0;
	error = errno;
	mnl_socket_close(socket);
	errno = error;
	return sent;
}
