/* gSOAP's side of `cargo xtask net-bench`: small requests over kept connections, a thread for each.
 *
 *   echo serve                           prints its URL and serves until standard input ends
 *   echo call URL COUNT CONNECTIONS      prints "begin" and "end" around the requests, and waits for a line each time
 */
#include "soapH.h"
#include "echo.nsmap"
#include <netinet/tcp.h>
#include <pthread.h>

static const char text[] =
    "The quick brown fox jumps over the lazy dog, and the dog does not mind at all: it sleeps, it dreams on.";

int ns__echoString(struct soap *soap, char *given, struct ns__echoStringResponse *out) {
    (void)soap;
    out->text = given;
    return SOAP_OK;
}

static struct soap *create(void) {
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING | SOAP_IO_KEEPALIVE);
    soap->max_keep_alive = 0x7fffffff;
    return soap;
}

static void *serve_connection(void *arg) {
    struct soap *soap = arg;
    pthread_detach(pthread_self());
    soap_serve(soap);
    soap_destroy(soap);
    soap_end(soap);
    soap_free(soap);
    return NULL;
}

static void *serve(void *arg) {
    struct soap *soap = arg;
    while (soap_valid_socket(soap_accept(soap))) {
        int on = 1;
        pthread_t thread;
        setsockopt(soap->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_create(&thread, NULL, serve_connection, soap_copy(soap));
    }
    return NULL;
}

struct client {
    struct soap *soap;
    const char *url;
    int count;
};

static void *call(void *arg) {
    struct client *client = arg;
    struct ns__echoStringResponse reply;
    int i;
    for (i = 0; i < client->count; i++) {
        if (soap_call_ns__echoString(client->soap, client->url, NULL, (char *)text, &reply)) {
            soap_print_fault(client->soap, stderr);
            exit(1);
        }
        if (!reply.text || strcmp(reply.text, text)) {
            fprintf(stderr, "another text came back\n");
            exit(1);
        }
        soap_destroy(client->soap);
        soap_end(client->soap);
    }
    return NULL;
}

static void all(struct client *clients, int connections, int count) {
    pthread_t threads[64];
    int i;
    for (i = 0; i < connections; i++) {
        clients[i].count = count;
        pthread_create(&threads[i], NULL, call, &clients[i]);
    }
    for (i = 0; i < connections; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void mark(const char *word) {
    char line[16];
    puts(word);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) {
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "serve")) {
        struct soap *soap = create();
        struct sockaddr_in address;
        socklen_t size = sizeof address;
        pthread_t thread;
        if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", 0, 100))) {
            soap_print_fault(soap, stderr);
            return 1;
        }
        getsockname(soap->master, (struct sockaddr *)&address, &size);
        printf("http://127.0.0.1:%d/echo\n", ntohs(address.sin_port));
        fflush(stdout);
        pthread_create(&thread, NULL, serve, soap);
        while (getchar() != EOF) {
        }
        return 0;
    }
    if (argc == 5 && !strcmp(argv[1], "call")) {
        struct client clients[64];
        int count = atoi(argv[3]), connections = atoi(argv[4]), i;
        if (connections < 1 || connections > 64) {
            fprintf(stderr, "1 to 64 connections\n");
            return 2;
        }
        for (i = 0; i < connections; i++) {
            clients[i].soap = create();
            clients[i].url = argv[2];
        }
        all(clients, connections, 200);
        mark("begin");
        all(clients, connections, count / connections);
        mark("end");
        return 0;
    }
    fprintf(stderr, "usage: echo serve | call URL COUNT CONNECTIONS\n");
    return 2;
}
