package io.penstock.caller.signin;

import io.penstock.caller.Directory;
import io.penstock.caller.Welcome;
import io.penstock.caller.flow.Addresses;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.jwt.IdTokens;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.caller.session.Offered;
import io.penstock.egress.Egress;
import io.penstock.loop.Rounds;
import java.net.URI;
import java.time.InstantSource;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Puts sign-in with an identity provider together, where there is any, and where there are sessions sends browsers to where they sign in. */
final class SignInBeans implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        if (Offered.sessions(environment)) {
            registry.registerBean(Welcome.class, bean -> bean.supplier(_ -> new BrowserWelcome()));
        }
        if (Offered.provider(environment)) {
            registry.registerBean(SignIn.class, bean -> bean.supplier(SignInBeans::signIn));
        }
    }

    private static SignIn signIn(SupplierContext context) {
        var settings = context.bean(SignInSettings.class);
        var egress = context.bean(Egress.class);
        Provider provider = Providers.of(settings);
        var reading = Person.Reading.of(settings);
        HttpClient client = egress.trusting(URI.create(provider.issuer()));
        Endpoints fixed = provider.endpoints();
        Mono<Endpoints> endpoints = fixed == null ? published(settings, provider, client) : Mono.just(fixed);
        return new OidcSignIn(
                provider,
                endpoints,
                context.bean(Flows.class),
                new TokenEndpoint(
                        provider, settings.clientAuthMethod(), fixed == null ? client : egress.trusting(fixed.token())),
                IdTokens.of(
                        provider.issuer(),
                        provider.clientId(),
                        endpoints.map(Endpoints::jwks),
                        fixed == null ? client : egress.trusting(fixed.jwks()),
                        context.bean(Rounds.class)),
                reading,
                context.bean(Directory.class),
                context.bean(FlowCookies.class),
                new Redirects(provider, settings.afterLogoutUri()),
                context.bean(ClientAddresses.class));
    }

    private static Mono<Endpoints> published(SignInSettings settings, Provider provider, HttpClient client) {
        boolean generic = provider.kind() == Provider.Kind.GENERIC;
        var metadata = new Metadata(
                provider.issuer(), generic && settings.generic().issRequired(), client, InstantSource.system());
        URI logout = generic ? Addresses.read(settings.generic().logoutUrl()) : null;
        return metadata.endpoints().map(known -> logout == null ? known : known.withLogout(logout));
    }
}
