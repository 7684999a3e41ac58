package io.penstock.vault;

import java.security.GeneralSecurityException;
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
    WatchedFile keysetFile(VaultSettings settings) throws GeneralSecurityException {
        return new WatchedFile(settings);
    }

    /** Known as {@link KeyRing} too. */
    @Bean
    TinkVault vault(WatchedFile file) {
        return file.vault();
    }
}
