package io.penstock.vault;

import java.security.GeneralSecurityException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VaultSettings.class)
class VaultConfiguration {

    /** Static, because it is asked for before any setting is read. */
    @Bean
    static SetSecrets setSecrets() {
        return new SetSecrets();
    }

    @Bean
    WatchedFile keysetFile(VaultSettings settings, ObjectProvider<EarlyKey> early) throws GeneralSecurityException {
        EarlyKey begun = early.getIfAvailable();
        return new WatchedFile(settings, begun == null ? DerivedKey::of : begun::of);
    }

    /** Known as {@link KeyRing} too. */
    @Bean
    TinkVault vault(WatchedFile file) {
        return file.vault();
    }
}
