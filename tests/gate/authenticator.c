/* A FIDO authenticator in software, behind the interface by which OpenSSH talks to devices (version 10 of it).
 * The handle of a key is its seed, and whoever asks for a touch gets one: nobody would wait for a finger in a test. */
#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct sk_option { char *name; char *value; uint8_t required; };
struct sk_enroll_response {
    uint8_t flags;
    uint8_t *public_key; size_t public_key_len;
    uint8_t *key_handle; size_t key_handle_len;
    uint8_t *signature; size_t signature_len;
    uint8_t *attestation_cert; size_t attestation_cert_len;
    uint8_t *authdata; size_t authdata_len;
};
struct sk_sign_response {
    uint8_t flags;
    uint32_t counter;
    uint8_t *sig_r; size_t sig_r_len;
    uint8_t *sig_s; size_t sig_s_len;
};
struct sk_resident_key;

enum { ED25519 = 1, FAILED = -1, UNSUPPORTED = -2, SEED = 32, DIGEST = 32, SIGNED = 64, TOUCHED = 1 };

uint32_t sk_api_version(void) { return 0x000a0000; }

static uint8_t *copied(const void *from, size_t size) {
    uint8_t *made = calloc(1, size ? size : 1);
    if (made != NULL && size)
        memcpy(made, from, size);
    return made;
}

static EVP_PKEY *key_of(const uint8_t *seed) {
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SEED);
}

int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application, uint8_t flags,
              const char *pin, struct sk_option **options, struct sk_enroll_response **response) {
    (void)challenge, (void)challenge_len, (void)application, (void)pin, (void)options;
    if (alg != ED25519)
        return UNSUPPORTED;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    uint8_t seed[SEED], public[SEED];
    size_t seed_size = SEED, public_size = SEED;
    struct sk_enroll_response *made = calloc(1, sizeof *made);
    if (made == NULL || key == NULL || !EVP_PKEY_get_raw_private_key(key, seed, &seed_size) ||
        !EVP_PKEY_get_raw_public_key(key, public, &public_size))
        return FAILED;
    EVP_PKEY_free(key);
    made->flags = flags;
    made->public_key = copied(public, made->public_key_len = SEED);
    made->key_handle = copied(seed, made->key_handle_len = SEED);
    made->signature = copied("", made->signature_len = 0);
    made->attestation_cert = copied("", made->attestation_cert_len = 0);
    made->authdata = copied("", made->authdata_len = 0);
    *response = made;
    return 0;
}

int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application, const uint8_t *key_handle,
            size_t key_handle_len, uint8_t flags, const char *pin, struct sk_option **options,
            struct sk_sign_response **response) {
    (void)pin, (void)options;
    static uint32_t counter = 0;
    if (alg != ED25519 || key_handle_len != SEED)
        return UNSUPPORTED;
    uint8_t told[DIGEST + 1 + 4 + DIGEST], signature[SIGNED];
    size_t size = SIGNED;
    struct sk_sign_response *made = calloc(1, sizeof *made);
    EVP_PKEY *key = key_of(key_handle);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    counter++;
    told[DIGEST] = flags & TOUCHED;
    for (int at = 0; at < 4; at++)
        told[DIGEST + 1 + at] = (uint8_t)(counter >> (24 - 8 * at));
    if (made == NULL || key == NULL || context == NULL ||
        !EVP_Digest(application, strlen(application), told, NULL, EVP_sha256(), NULL) ||
        !EVP_Digest(data, data_len, told + DIGEST + 5, NULL, EVP_sha256(), NULL) ||
        !EVP_DigestSignInit(context, NULL, NULL, NULL, key) ||
        !EVP_DigestSign(context, signature, &size, told, sizeof told))
        return FAILED;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    made->flags = flags & TOUCHED;
    made->counter = counter;
    made->sig_r = copied(signature, made->sig_r_len = size);
    *response = made;
    return 0;
}

int sk_load_resident_keys(const char *pin, struct sk_option **options, struct sk_resident_key ***keys, size_t *count) {
    (void)pin, (void)options, (void)keys, (void)count;
    return UNSUPPORTED;
}
