/* The peer: queries through libmbim's library. Prints microseconds per query. */
#include <libmbim-glib.h>
#include <stdio.h>
#include <stdlib.h>

static GMainLoop *loop;
static MbimDevice *device;
static long left_to_send, left_to_hear;

static void fail(const char *what, GError *error) {
    fprintf(stderr, "%s: %s\n", what, error ? error->message : "?");
    exit(1);
}

static void send_one(void);

static void answered(GObject *source, GAsyncResult *result, gpointer unused) {
    GError *error = NULL;
    guint32 max_sessions = 0;
    (void)source;
    (void)unused;
    MbimMessage *answer = mbim_device_command_finish(device, result, &error);
    if (!answer || !mbim_message_response_get_result(answer, MBIM_MESSAGE_TYPE_COMMAND_DONE, &error))
        fail("query", error);
    if (!mbim_message_device_caps_response_parse(answer, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &max_sessions, NULL,
                                                 NULL, NULL, NULL, &error) ||
        max_sessions != 8)
        fail("answer", error);
    mbim_message_unref(answer);
    if (--left_to_hear == 0)
        g_main_loop_quit(loop);
    else if (left_to_send > 0)
        send_one();
}

static void send_one(void) {
    GError *error = NULL;
    MbimMessage *query = mbim_message_device_caps_query_new(&error);
    if (!query)
        fail("message", error);
    left_to_send--;
    mbim_device_command(device, query, 30, NULL, answered, NULL);
    mbim_message_unref(query);
}

static void opened(GObject *source, GAsyncResult *result, gpointer unused) {
    GError *error = NULL;
    (void)source;
    (void)unused;
    if (!mbim_device_open_full_finish(device, result, &error))
        fail("open", error);
    g_main_loop_quit(loop);
}

static void made(GObject *source, GAsyncResult *result, gpointer unused) {
    GError *error = NULL;
    (void)source;
    (void)unused;
    device = mbim_device_new_finish(result, &error);
    if (!device)
        fail("device", error);
    mbim_device_open_full(device, MBIM_DEVICE_OPEN_FLAGS_PROXY, 30, NULL, opened, NULL);
}

int main(int count, char **arguments) {
    if (count != 3)
        return 2;
    left_to_send = left_to_hear = atol(arguments[1]);
    loop = g_main_loop_new(NULL, FALSE);
    GFile *file = g_file_new_for_path("/dev/null");
    mbim_device_new(file, NULL, made, NULL);
    g_main_loop_run(loop);
    gint64 began = g_get_monotonic_time();
    long queries = left_to_hear;
    for (long at_once = atol(arguments[2]); at_once > 0 && left_to_send > 0; at_once--)
        send_one();
    g_main_loop_run(loop);
    printf("%.3f\n", (double)(g_get_monotonic_time() - began) / (double)queries);
    return 0;
}
