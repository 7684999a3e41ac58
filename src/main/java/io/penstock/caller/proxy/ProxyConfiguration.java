package io.penstock.caller.proxy;

import io.penstock.caller.Voucher;
import io.penstock.caller.jwt.Assertions;
import io.penstock.egress.Egress;
import io.penstock.ingress.Door;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.vault.Weaknesses;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together whose word counts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ProxySettings.class, ProofSettings.class})
class ProxyConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyConfiguration.class);

    @Bean
    TrustedPeers trustedPeers(ProxySettings settings) {
        return new TrustedPeers(settings.ranges());
    }

    @Bean
    ClientAddresses clientAddresses(ProxySettings settings, TrustedPeers trusted) {
        return new ClientAddresses(trusted, settings.addressHeader());
    }

    @Bean
    Weaknesses proxyWeaknesses(ProxySettings settings, ProofSettings proof) {
        return new ProxyWeaknesses(settings, proof.kind() != ProofSettings.Kind.NONE);
    }

    @Bean
    Door identityHeaders(
            ProxySettings settings,
            ProofSettings proof,
            TrustedPeers trusted,
            @Value("${server.ssl.client-auth:none}") String clientAuth) {
        warn(settings);
        if (proof.kind() == ProofSettings.Kind.MTLS && clientAuth.equalsIgnoreCase("none")) {
            throw ProxySettings.wrong(
                    "PROXY_PROOF",
                    "For mtls this server has to speak TLS and ask for certificates: set SERVER_SSL_BUNDLE, and SERVER_SSL_CLIENTAUTH to need.");
        }
        return new IdentityHeaders(settings, trusted, proof(settings, proof), InstantSource.system());
    }

    @Bean
    Voucher proxyVoucher(
            ProxySettings settings,
            ProofSettings proof,
            TrustedPeers trusted,
            Egress egress,
            Rounds rounds,
            Changes changes) {
        ProxyVoucher.Verifier assertions = settings.on() && proof.kind() == ProofSettings.Kind.JWT
                ? Assertions.of(
                                proof.issuer(),
                                proof.jwksUrl(),
                                proof.audience(),
                                proof.groupsClaim(),
                                egress,
                                rounds,
                                changes)::user
                : null;
        return new ProxyVoucher(settings, trusted, assertions);
    }

    private static Proof proof(ProxySettings settings, ProofSettings proof) {
        return switch (proof.kind()) {
            case NONE -> Proof.NONE;
            case HMAC -> new SignedHead(proof.secret(), settings);
            case MTLS -> new Certificate(proof.san());
            case JWT -> asserted(settings, proof.header());
        };
    }

    private static Proof asserted(ProxySettings settings, String header) {
        if (header.equalsIgnoreCase(settings.userHeader()) || header.equalsIgnoreCase(settings.groupsHeader())) {
            throw ProxySettings.wrong(
                    "PROXY_PROOF_HEADER", "It must be another header than those of the user and the groups.");
        }
        if (!settings.groupsHeader().isEmpty()) {
            throw ProxySettings.wrong(
                    "PROXY_GROUPS_HEADER",
                    "With PROXY_PROOF=jwt it must be empty: the assertion says nothing of that header, so that who gets it past the"
                            + " proxy would choose their groups. Right would be PROXY_PROOF_GROUPS_CLAIM, where the assertion names them,"
                            + " or PROXY_PROOF=hmac, whose signature holds them too, or mtls.");
        }
        return new AssertedHead(header);
    }

    private static void warn(ProxySettings settings) {
        if (!settings.clientAuthEnabled() && !settings.trusted()) {
            LOG.warn("MCP client authentication is disabled but trust_proxy_auth is not set. This is a security risk!"
                    + " Set TRUST_PROXY_AUTH=true only if MCP Gateway is behind a trusted authentication proxy."
                    + " Until then, requests without another identity are refused");
        }
        if (settings.clientAuthEnabled() && settings.trusted()) {
            LOG.warn(
                    "TRUST_PROXY_AUTH=true has no effect while MCP_CLIENT_AUTH_ENABLED is true: set it to false too, if"
                            + " the proxies of TRUSTED_PROXY_CIDRS are to say who calls");
        }
    }
}
