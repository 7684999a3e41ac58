package io.penstock.egress;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.penstock.egress.plain.PlainHttp;
import io.penstock.vault.Weaknesses;
import java.net.InetSocketAddress;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.HttpResources;

/** Puts the way out together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EgressSettings.class)
class EgressConfiguration {

    @Bean
    OwnAddresses ownAddresses(
            @Value("${penstock.ingress.base-url:}") String baseUrl,
            @Value("${penstock.database.url:}") String databaseUrl) {
        return new OwnAddresses(baseUrl, databaseUrl);
    }

    @Bean
    Policy destinationPolicy(EgressSettings settings, OwnAddresses own) {
        return new Policy(
                settings.allowedCidrs().stream().map(EgressConfiguration::range).toList(),
                settings.allowedHosts().stream().map(EgressConfiguration::host).toList(),
                List.of(),
                own);
    }

    @Bean
    Weaknesses egressWeaknesses(Policy policy) {
        return new EgressWeaknesses(policy.ranges());
    }

    @Bean
    Destinations destinations(Policy policy) {
        return new Destinations(policy);
    }

    @Bean(destroyMethod = "close")
    Egress egress(EgressSettings settings, Policy policy, MeterRegistry meters) {
        return new Egress(settings, policy, new Denials(meters), EgressConfiguration::resolver);
    }

    @Bean
    PlainHttp plainHttp(Egress egress) {
        return egress.plain(HttpResources.get());
    }

    private static String host(String text) {
        String host = Destinations.bare(text.strip());
        if (!Destinations.isHost(host.startsWith("*.") ? host.substring(2) : host)) {
            throw new InvalidConfigurationPropertyValueException(
                    "UPSTREAM_ALLOWED_HOSTS",
                    null,
                    "It must be host names or addresses without scheme, port and path, like"
                            + " mcp.example.com,*.example.org,localhost");
        }
        return host;
    }

    private static AddressRange range(String text) {
        try {
            return AddressRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException("UPSTREAM_ALLOWED_CIDRS", text, e.getMessage());
        }
    }

    @SuppressWarnings("unchecked")
    private static AddressResolver<InetSocketAddress> resolver(EventExecutor executor) {
        return (AddressResolver<InetSocketAddress>)
                HttpResources.get().getOrCreateDefaultResolver().getResolver(executor);
    }
}
