package io.penstock.vault;

import com.google.crypto.tink.aead.AesGcmKey;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** The key of {@code AUTH_ENCRYPTION_SECRET}, whose making begins before the rest of the start, which it would hold up otherwise. */
final class EarlyKey {

    private final Secret secret;
    private final FutureTask<AesGcmKey> made;

    private EarlyKey(Secret secret) {
        this.secret = secret;
        this.made = new FutureTask<>(() -> DerivedKey.of(secret));
    }

    /** Has a thread of its own make the key. */
    static EarlyKey begin(Secret secret) {
        var early = new EarlyKey(secret);
        Thread.ofPlatform().name("vault-key").daemon().start(early.made);
        return early;
    }

    /** The key of a secret, as {@link DerivedKey#of}; slow where it is another one, or not made yet. */
    AesGcmKey of(Secret wanted) throws GeneralSecurityException {
        if (!wanted.equals(secret)) {
            return DerivedKey.of(wanted);
        }
        try {
            return made.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GeneralSecurityException("The start was interrupted", interrupted);
        } catch (ExecutionException failed) {
            throw new GeneralSecurityException("The key cannot be made", failed.getCause());
        }
    }

    /**
     * Begins with the application, by the variable of the environment that the secret is in, nearly always; once the settings can be read,
     * with theirs where it is another one. A secret that will be refused is left to who refuses it.
     */
    static final class Beginning implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        private final @Nullable EarlyKey likely;

        Beginning() {
            this(System.getenv("AUTH_ENCRYPTION_SECRET"));
        }

        /** @param likely what the secret is in all likelihood; null where that is not known */
        Beginning(@Nullable String likely) {
            this.likely = likely == null ? null : strong(new Secret(likely));
        }

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            try {
                // read as settings are: a text with ${ in it is one, too
                var secret = Binder.get(context.getEnvironment())
                        .bind("penstock.vault.secret", Secret.class)
                        .orElse(new Secret(""));
                var key = likely != null && likely.secret.equals(secret) ? likely : strong(secret);
                if (key != null) {
                    context.getBeanFactory().registerSingleton("earlyKey", key);
                }
            } catch (BindException _) {
                // told of where settings are
            }
        }

        private static @Nullable EarlyKey strong(Secret secret) {
            return Strength.weakness(secret) == null ? begin(secret) : null;
        }
    }
}
