//gsoap ns service name: echo
//gsoap ns service namespace: urn:wws:bench
//gsoap ns schema namespace: urn:wws:bench
//gsoap ns schema elementForm: qualified
//gsoap ns service method-action: echoString urn:wws:bench/echoString
struct ns__echoStringResponse {
    char *text;
};
int ns__echoString(char *text, struct ns__echoStringResponse *out);
