package io.penstock.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KmsClient;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** The key that a keyset file is encrypted with, which a key management service keeps and never gives out. */
final class MasterKey {

    static final String SETTING = "AUTH_ENCRYPTION_MASTER_KEY";

    private static final String VAULT = "hcvault";

    /** Tink's clients bring dozens of jars, so they are not part of the gateway. */
    private static final Map<String, Extra> EXTRAS = Map.of(
            "aws-kms",
            new Extra(
                    "com.google.crypto.tink.integration.awskms.AwsKmsClient",
                    "com.google.crypto.tink:tink-awskms:1.10.1"),
            "gcp-kms",
            new Extra(
                    "com.google.crypto.tink.integration.gcpkms.GcpKmsClient",
                    "com.google.crypto.tink:tink-gcpkms:1.10.0"));

    private final String uri;
    private final Secret token;
    private @Nullable Aead aead;

    private MasterKey(String uri, Secret token) {
        this.uri = uri;
        this.token = token;
    }

    /** A client that is loaded where a setting names its scheme. */
    private record Extra(String type, String artifact) {}

    /**
     * Null where none is named.
     *
     * @param uri {@code hcvault://HOST:PORT/MOUNT/keys/NAME}, {@code aws-kms://ARN} or {@code gcp-kms://NAME}
     * @param token HashiCorp Vault's token; the others find theirs in their own places
     */
    static @Nullable MasterKey of(String uri, Secret token) {
        return uri.isBlank() ? null : new MasterKey(uri.strip(), token);
    }

    /** Blocks. Error: one that names the setting, and never a secret. */
    synchronized Aead aead() {
        if (aead == null) {
            try {
                aead = client().getAead(uri);
            } catch (GeneralSecurityException | RuntimeException failure) {
                throw failure instanceof InvalidConfigurationPropertyValueException told
                        ? told
                        : refused("The client of " + scheme() + " does not take it: " + failure.getMessage());
            }
        }
        return aead;
    }

    private String scheme() {
        int end = uri.indexOf("://");
        return end < 0 ? "" : uri.substring(0, end);
    }

    private KmsClient client() throws GeneralSecurityException {
        String scheme = scheme();
        if (scheme.equals(VAULT)) {
            return new TransitClient(token);
        }
        Extra extra = EXTRAS.get(scheme);
        if (extra == null) {
            throw refused("It must begin with hcvault://, aws-kms:// or gcp-kms://.");
        }
        try {
            return Class.forName(extra.type())
                    .asSubclass(KmsClient.class)
                    .getDeclaredConstructor()
                    .newInstance()
                    .withDefaultCredentials();
        } catch (ReflectiveOperationException | LinkageError missing) {
            throw refused("Its client is not there: put " + extra.artifact()
                    + " with what it depends on into a folder, and start the packaged jar with java -Dloader.path=FOLDER -cp penstock.jar"
                    + " org.springframework.boot.loader.launch.PropertiesLauncher, or what the image has of it with java -cp"
                    + " 'penstock.jar:FOLDER/*' io.penstock.Penstock.");
        }
    }

    private static InvalidConfigurationPropertyValueException refused(String why) {
        return new InvalidConfigurationPropertyValueException(SETTING, null, why);
    }

    /** The uri names a key and is no secret. */
    @Override
    public String toString() {
        return "MasterKey " + URI.create(uri).getScheme();
    }
}
