package io.penstock.vault;

import java.security.GeneralSecurityException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VaultSettings.class)
class VaultConfiguration {

    @Bean
    Vault vault(VaultSettings settings) throws GeneralSecurityException {
        return new TinkVault(Keys.of(settings));
    }
}
