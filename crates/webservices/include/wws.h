/* What this library adds to webservices.h, where Windows has its certificate stores and tools.
 *
 * TLS: WS_SSL_TRANSPORT_SECURITY_BINDING is for HTTP as on Windows, and for net.tcp and net.pipe, too.
 *
 * Which certificates are trusted: those of the system (the variables SSL_CERT_FILE and SSL_CERT_DIR name others), or
 * those of WWS_SECURITY_BINDING_PROPERTY_TRUSTED_CERTS. A listener needs that property to ask for certificates of clients.
 *
 * Whose certificate is shown: localCertCredential, of clients and of listeners.
 *  - A store is a folder of PEM files, each with a certificate, its chain and its private key. Its name with a '/' is the
 *    path of the folder, or of one file. Other names are folders in CurrentUser or LocalMachine of the folder in the
 *    variable WWS_CERT_STORE; without it, in ~/.local/share/wws/certificates and /etc/wws/certificates.
 *  - WS_SUBJECT_NAME_CERT_CREDENTIAL finds the first certificate whose subject contains the text, whatever the case;
 *    WS_THUMBPRINT_CERT_CREDENTIAL finds one by the SHA-1 of its DER form, in hexadecimal digits.
 *  - WS_CUSTOM_CERT_CREDENTIAL gives a CERT_CONTEXT of dwCertEncodingType WWS_CERT_PEM_ENCODING, whose bytes are PEM with
 *    certificate, chain and private key. Its callback is called once, when channel or listener are created, without
 *    address and URL.
 *  - A listener without a credential shows the certificate in the PEM file that the variable WWS_SSL_CERT_<port> or
 *    WWS_SSL_CERT names; on Windows netsh knows it.
 */
#ifndef WWS_H_INCLUDED
#define WWS_H_INCLUDED

#include "webservices.h"

/* WS_BYTES, PEM: the certificates to trust. A WS_SECURITY_BINDING_PROPERTY_ID of WS_SSL_TRANSPORT_SECURITY_BINDING. */
#define WWS_SECURITY_BINDING_PROPERTY_TRUSTED_CERTS ((WS_SECURITY_BINDING_PROPERTY_ID)0x57570001)

/* A dwCertEncodingType: PEM with certificate, chain and private key. */
#define WWS_CERT_PEM_ENCODING 0x57570001u

#endif
