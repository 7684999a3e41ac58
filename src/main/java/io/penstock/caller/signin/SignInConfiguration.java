package io.penstock.caller.signin;

import io.penstock.caller.Directory;
import io.penstock.caller.flow.Addresses;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.jwt.IdTokens;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.caller.session.SignInEnabled;
import io.penstock.egress.Egress;
import io.penstock.loop.Rounds;
import java.net.URI;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Puts sign-in together, where there is any. */
@Configuration(proxyBeanMethods = false)
@Conditional(SignInEnabled.class)
@EnableConfigurationProperties(SignInSettings.class)
class SignInConfiguration {

    @Bean
    SignIn signIn(
            SignInSettings settings,
            Flows flows,
            Egress egress,
            Directory directory,
            FlowCookies cookies,
            ClientAddresses addresses,
            Rounds rounds) {
        Provider provider = Providers.of(settings);
        var reading = Person.Reading.of(settings);
        HttpClient client = egress.trusting(URI.create(provider.issuer()));
        Endpoints fixed = provider.endpoints();
        Mono<Endpoints> endpoints = fixed == null ? published(settings, provider, client) : Mono.just(fixed);
        return new OidcSignIn(
                provider,
                endpoints,
                flows,
                new TokenEndpoint(
                        provider, settings.clientAuthMethod(), fixed == null ? client : egress.trusting(fixed.token())),
                IdTokens.of(
                        provider.issuer(),
                        provider.clientId(),
                        endpoints.map(Endpoints::jwks),
                        fixed == null ? client : egress.trusting(fixed.jwks()),
                        rounds),
                reading,
                directory,
                cookies,
                new Redirects(provider, settings.afterLogoutUri()),
                addresses);
    }

    private static Mono<Endpoints> published(SignInSettings settings, Provider provider, HttpClient client) {
        boolean generic = provider.kind() == Provider.Kind.GENERIC;
        var metadata = new Metadata(
                provider.issuer(), generic && settings.generic().issRequired(), client, InstantSource.system());
        URI logout = generic ? Addresses.read(settings.generic().logoutUrl()) : null;
        return metadata.endpoints().map(known -> logout == null ? known : known.withLogout(logout));
    }
}
