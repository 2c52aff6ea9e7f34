#include "web/http/guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/table.h"
#include "web/http/query.h"

#define HTTP_PORT 80

void guard_init(struct guard *guard, const struct net_address *address, const char *token)
{
    *guard = (struct guard){.port = net_port(address), .loopback = net_is_loopback(address), .token = token};
    net_format(address, guard->address);
    *strrchr(guard->address, ':') = '\0'; /* the colon of the port, which is always there */
    (void)gethostname(guard->hostname,
                      sizeof guard->hostname - 1); /* fails only for a longer name, which it truncates */
}

static enum guard_verdict refuse(enum guard_verdict verdict, struct err *err, const char *message)
{
    err_set(err, verdict == GUARD_FORBIDDEN ? RESULT_FORBIDDEN : RESULT_INVALID, "%s", message);
    return verdict;
}

bool guard_header_is_valid(const char *name, size_t name_size, const char *value, size_t value_size)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name_size; i++) {
        const bool letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z');
        const bool digit = name[i] >= '0' && name[i] <= '9';
        if (!letter && !digit && (name[i] == '\0' || strchr(marks, name[i]) == NULL)) {
            return false;
        }
    }
    for (size_t i = 0; value != NULL && i < value_size; i++) {
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f) {
            return false;
        }
    }
    return name_size > 0;
}

enum guard_verdict guard_framing(const struct guard_headers *headers, struct err *err)
{
    const struct guard_header *const length = &headers->content_length;
    const struct guard_header *const coding = &headers->transfer_encoding;
    if (headers->malformed) {
        return refuse(GUARD_MALFORMED, err,
                      "a header's name is not a token, or its value contains a control character");
    }
    if (length->count > 1) {
        return refuse(GUARD_MALFORMED, err, "there is more than one Content-Length");
    }
    if (length->count == 1 && coding->count > 0) {
        return refuse(GUARD_MALFORMED, err, "Content-Length and Transfer-Encoding exclude each other");
    }
    uint64_t value = 0;
    if (length->count == 1 && !query_digits(length->value, strlen(length->value), &value)) {
        return refuse(GUARD_MALFORMED, err, "Content-Length is not a number");
    }
    if (coding->count == 0) {
        return GUARD_PASS;
    }
    if (coding->count > 1 || strcasecmp(coding->value, "chunked") != 0) {
        return refuse(GUARD_MALFORMED, err, "the only supported transfer coding is chunked");
    }
    if (headers->http_1_0) {
        return refuse(GUARD_MALFORMED, err, "HTTP/1.0 has no transfer codings");
    }
    return GUARD_PASS;
}

/* Splits "host:port" or "[v6]:port". The port is optional where it is the default of HTTP. */
static bool split_host(const char *text, char host[GUARD_NAME_SIZE], uint16_t port)
{
    const char *const bracket = *text == '[' ? strchr(text, ']') : NULL;
    const char *const end = bracket != NULL ? bracket + 1 : text + strcspn(text, ":");
    const size_t length = (size_t)(end - text);
    if (length == 0 || length >= GUARD_NAME_SIZE) {
        return false;
    }
    memcpy(host, text, length);
    host[length] = '\0';
    if (*end == '\0') {
        return port == HTTP_PORT;
    }
    uint64_t given = 0;
    return *end == ':' && query_digits(end + 1, strlen(end + 1), &given) && given == port;
}

static bool is_literal(const char *host)
{
    char inner[INET6_ADDRSTRLEN + 2];
    unsigned char bytes[sizeof(struct in6_addr)];
    if (*host != '[') {
        return inet_pton(AF_INET, host, bytes) == 1;
    }
    const size_t length = strlen(host);
    if (length < 3 || length - 2 >= sizeof inner || host[length - 1] != ']') {
        return false;
    }
    memcpy(inner, host + 1, length - 2);
    inner[length - 2] = '\0';
    return inet_pton(AF_INET6, inner, bytes) == 1;
}

static bool is_ours(const struct guard *guard, const char *host)
{
    const char *const names[] = {"localhost", "127.0.0.1", "[::1]", guard->address};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcasecmp(host, names[i]) == 0) {
            return true;
        }
    }
    return !guard->loopback &&
           (is_literal(host) || (guard->hostname[0] != '\0' && strcasecmp(host, guard->hostname) == 0));
}

enum guard_verdict guard_host(const struct guard *guard, const struct guard_headers *headers, struct err *err)
{
    char host[GUARD_NAME_SIZE];
    if (headers->host.count != 1) {
        return refuse(GUARD_BAD_HOST, err, "the request needs exactly one Host header");
    }
    if (!split_host(headers->host.value, host, guard->port) || !is_ours(guard, host)) {
        return refuse(GUARD_FORBIDDEN, err, "Host not allowed; use the address that the panel printed at startup");
    }
    return GUARD_PASS;
}

static bool is_safe(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

/* A client without Sec-Fetch-Site is an old browser, which sends Origin, or not a browser. */
static bool is_from_here(const struct guard_headers *headers)
{
    static const char scheme[] = "http://";
    const struct guard_header *const site = &headers->sec_fetch_site;
    const struct guard_header *const origin = &headers->origin;
    if (site->count > 0) {
        return site->count == 1 && (strcmp(site->value, "same-origin") == 0 || strcmp(site->value, "none") == 0);
    }
    if (origin->count == 0) {
        return true;
    }
    return origin->count == 1 && headers->host.count == 1 &&
           strncasecmp(origin->value, scheme, sizeof scheme - 1) == 0 &&
           strcasecmp(origin->value + sizeof scheme - 1, headers->host.value) == 0;
}

enum guard_verdict guard_origin(const struct guard_headers *headers, const char *method, struct err *err)
{
    if (is_safe(method) || is_from_here(headers)) {
        return GUARD_PASS;
    }
    return refuse(GUARD_FORBIDDEN, err, "a page of another site must not change anything here");
}

/* The time depends on the two lengths, not on the position of the first difference. An empty secret equals nothing. */
static bool same_secret(const char *given, const char *secret)
{
    const size_t given_length = strlen(given);
    const size_t secret_length = strlen(secret);
    if (secret_length == 0) {
        return false;
    }
    volatile unsigned char difference = given_length != secret_length;
    for (size_t i = 0; i < given_length; i++) {
        difference |= (unsigned char)(given[i] ^ secret[i % secret_length]);
    }
    return difference == 0;
}

enum guard_verdict guard_token(const struct guard *guard, const struct guard_headers *headers, struct err *err)
{
    static const char scheme[] = "Bearer ";
    const struct guard_header *const given = &headers->authorization;
    if (guard->token == NULL) {
        return GUARD_PASS;
    }
    if (given->count == 1 && strncasecmp(given->value, scheme, sizeof scheme - 1) == 0 &&
        same_secret(given->value + sizeof scheme - 1, guard->token)) {
        return GUARD_PASS;
    }
    return refuse(GUARD_UNAUTHORIZED, err,
                  given->count == 0 ? "this panel requires its token (Authorization: Bearer TOKEN)"
                                    : "the token is wrong");
}
