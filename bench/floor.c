/* What an echo costs at least: one raw ICMP socket, sendto and recv, and nothing else.
 *
 * floor TARGETS ROUNDS: asks 127.64.0.1 and so on, TARGETS loopback addresses, in each round, and
 * prints one line a round: "CPU-MICROSECONDS-PER-PROBE ANSWERED". It does for a packet what any
 * pinger must (checksum, a number of its own, and a look at who answered what) and keeps no
 * time. The messages are as long as Guardia's. At most WINDOW requests wait for a reply.
 *
 * The first round warms up; the caller discards it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { WINDOW = 128, PAYLOAD = 24, IDENTIFIER = 0x4755 };

struct message {
    struct icmphdr head;
    uint64_t number;
    uint8_t rest[PAYLOAD - sizeof(uint64_t)];
};

#ifndef ICMP_FILTER
#define ICMP_FILTER 1 /* linux/icmp.h, which clashes with netinet/ip_icmp.h */
#endif

static uint16_t checksum(const void *message, size_t size) {
    const uint16_t *word = message;
    uint32_t sum = 0;
    for (; size > 1; size -= 2)
        sum += *word++;
    sum = (sum >> 16) + (sum & 0xffff);
    return ~(sum + (sum >> 16));
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int open_socket(void) {
    int buffer = 4 << 20;
    uint32_t all_but_replies = ~(1u << ICMP_ECHOREPLY);
    struct timeval patience = {.tv_sec = 1};
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (fd < 0)
        die("socket");
    if (setsockopt(fd, SOL_RAW, ICMP_FILTER, &all_but_replies, sizeof all_but_replies) ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience))
        die("setsockopt");
    return fd;
}

static void ask(int fd, in_addr_t address, uint64_t number) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = address};
    struct message asked = {.head = {.type = ICMP_ECHO}, .number = number};
    asked.head.un.echo.id = htons(IDENTIFIER);
    asked.head.un.echo.sequence = htons((uint16_t)number);
    asked.head.checksum = checksum(&asked, sizeof asked);
    if (sendto(fd, &asked, sizeof asked, 0, (struct sockaddr *)&to, sizeof to) < 0)
        die("sendto");
}

/* Return 1 for a reply of ours from the right address, 0 for anything else, -1 when none comes. */
static int hear(int fd, const in_addr_t *addresses, uint64_t count) {
    uint8_t packet[256];
    struct iphdr ip;
    struct message reply;
    ssize_t size = recv(fd, packet, sizeof packet, 0);
    if (size < 0)
        return errno == EAGAIN ? -1 : (die("recv"), -1);
    memcpy(&ip, packet, sizeof ip);
    if ((size_t)size < ip.ihl * 4 + sizeof reply)
        return 0;
    memcpy(&reply, packet + ip.ihl * 4, sizeof reply);
    return reply.head.type == ICMP_ECHOREPLY && reply.head.un.echo.id == htons(IDENTIFIER) &&
           reply.number < count && addresses[reply.number] == ip.saddr;
}

static uint64_t flood(int fd, const in_addr_t *addresses, uint64_t count) {
    uint64_t asked = 0, heard = 0, answered = 0;
    while (heard < count) {
        int reply;
        while (asked < count && asked - heard < WINDOW) {
            ask(fd, addresses[asked], asked);
            asked++;
        }
        for (uint64_t half = asked - heard > WINDOW / 2 ? asked - WINDOW / 2 : asked; heard < half;) {
            if ((reply = hear(fd, addresses, count)) < 0)
                return answered;
            heard += (uint64_t)reply;
            answered += (uint64_t)reply;
        }
    }
    return answered;
}

static double cpu_us(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
    uint64_t count = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    in_addr_t *addresses = calloc(count ? count : 1, sizeof *addresses);
    if (!count || count > 1000000 || rounds < 1 || !addresses) {
        fprintf(stderr, "usage: floor TARGETS ROUNDS\n");
        return 2;
    }
    for (uint64_t n = 0; n < count; n++) /* as bench/addresses.py counts them */
        addresses[n] = htonl(0x7f400000u + (uint32_t)(n / 250 << 8) + (uint32_t)(n % 250) + 1);
    int fd = open_socket();
    for (int round = 0; round < rounds; round++) {
        double before_us = cpu_us();
        uint64_t answered = flood(fd, addresses, count);
        printf("%.3f %llu\n", (cpu_us() - before_us) / count, (unsigned long long)answered);
        fflush(stdout);
    }
    return 0;
}
