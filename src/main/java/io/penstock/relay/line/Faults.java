package io.penstock.relay.line;

import io.netty.handler.codec.DecoderException;
import io.penstock.catalog.Gateway;
import io.penstock.egress.tls.OtherKey;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says what went wrong with an upstream and which setting to look at. Nothing of it comes from the upstream's own words, so that no answer
 * can carry a credential into an error; and what cannot be connected to reads the same whatever the reason, so that registering
 * addresses does not scan ports.
 */
public final class Faults {

    public static final String UNREACHABLE =
            "could not connect to the upstream: check url, and that it is reachable and allowed";

    /** How a server says that it wants another certificate, or one at all (RFC 8446, 6.2). */
    private static final Set<String> OF_CERTIFICATE = Set.of(
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "certificate_required",
            "unknown_ca",
            "access_denied");

    private final String credential;

    public Faults(Gateway gateway) {
        this.credential = switch (gateway.auth().type()) {
            case "bearer" -> "check auth_token";
            case "basic" -> "check auth_username and auth_password";
            case "headers" -> "check auth_headers";
            case "query_param" -> "check auth_query_param_value";
            case "oauth" -> "check oauth_config";
            default -> "set auth_type";
        };
    }

    /** A status other than success. */
    public Refusal status(int status, String what) {
        return failed("upstream answered " + status + " to " + what + ": " + advice(status), status);
    }

    private String advice(int status) {
        return switch (status) {
            case 401, 403, 407 -> credential;
            case 421 -> "check url, it does not serve that host name";
            case 429 -> "it limits requests, try again later";
            default ->
                status >= 500
                        ? "it failed, see the upstream's own log"
                        : status >= 300 && status < 400 ? "a redirect is not followed, check url" : "check url";
        };
    }

    /** A JSON-RPC error. */
    public Refusal error(int code, String what) {
        return failed("upstream answered " + what + " with error " + code + name(code), null);
    }

    private static String name(int code) {
        return switch (code) {
            case -32700 -> " (parse error)";
            case -32600 -> " (invalid request)";
            case -32601 -> " (method not found)";
            case -32602 -> " (invalid params)";
            case -32603 -> " (internal error)";
            case Codes.UNSUPPORTED_VERSION -> " (unsupported protocol version)";
            default -> "";
        };
    }

    /** An answer that breaks the protocol: {@code upstream answered initialize without protocolVersion}. */
    public Refusal broken(String what, String how) {
        return failed("upstream answered " + what + " " + how, null);
    }

    /** More than is read: what was asked for is large, and the upstream is well. */
    public Refusal tooLarge(String what, long limit) {
        return new Refusal(new Reason.UpstreamFailed(
                "upstream answered " + what + " with more than " + limit + " bytes", null, How.TOO_LARGE));
    }

    public Refusal timedOut(String what, Duration patience) {
        return new Refusal(new Reason.UpstreamTimedOut("upstream did not answer " + what + " within "
                + patience.toMillis() + " ms: check that it is up and reachable"));
    }

    /** A stream that ended well, but too soon. */
    public Refusal unanswered(String what) {
        return brokeOff("upstream answered " + what + " with a stream that ended without a response" + doubt(what));
    }

    /** The one stream of HTTP+SSE ended. */
    public Refusal hungUp(String what) {
        return brokeOff("upstream answered GET with a stream that ended in mid-conversation" + doubt(what));
    }

    private static Refusal closed(String what) {
        return brokeOff("upstream closed the connection before it answered " + what + doubt(what));
    }

    /** Only calls have an effect, so only with them somebody must know. */
    private static String doubt(String what) {
        return what.equals("tools/call") ? ": whether it did the work is not known" : "";
    }

    /** What is no JSON-RPC message where one is due. */
    public Refusal noMessage() {
        return failed("upstream answered with something that is no JSON-RPC message: check url", null);
    }

    /** Whatever an HTTP exchange can end with; errors that already say enough pass. */
    public Throwable of(Throwable error, String what) {
        return switch (error) {
            case Refusal _, OtherEra _ -> error;
            case ConnectException _, UnknownHostException _, NoRouteToHostException _ -> failed(UNREACHABLE, null);
            case SSLException tls -> tls(tls);
            case DecoderException decoder ->
                decoder.getCause() instanceof SSLException tls
                        ? tls(tls)
                        : failed("upstream answered " + what + " with something that is no HTTP: check url", null);
            case IOException _ -> closed(what);
            default -> error;
        };
    }

    /** Its words are ours: those of the library may quote the certificate, which is the upstream's. */
    private static Refusal tls(SSLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case OtherKey _ -> {
                    return failed("the key of the upstream's TLS certificate is none of certificate_pins", null);
                }
                case CertificateExpiredException _ -> {
                    return failed("the upstream's TLS certificate has expired", null);
                }
                case CertPathBuilderException _ -> {
                    return failed(
                            "the upstream's TLS certificate is of an authority that is not trusted: check url, or set"
                                    + " ca_certificate",
                            null);
                }
                default -> {} // its cause may say more
            }
        }
        return tlsInGeneral(error);
    }

    private static Refusal tlsInGeneral(SSLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return failed("the upstream's TLS certificate is not trusted for this host: check url", null);
            }
        }
        return saysNoToCertificate(error)
                ? new Refusal(new Reason.UpstreamFailed(
                        "the upstream does not take the gateway's TLS certificate: check client_cert and client_key",
                        null,
                        How.UNKNOWN_GATEWAY))
                : failed("TLS with the upstream failed: check that url is right to say https", null);
    }

    private static boolean saysNoToCertificate(SSLException error) {
        String said = String.valueOf(error.getMessage());
        return said.contains("fatal alert") && OF_CERTIFICATE.stream().anyMatch(said::contains);
    }

    /** Whether a server ended TLS because of the certificate that it was shown, or was not: before it took anything of a request. */
    public static boolean refusesCertificate(Throwable error) {
        Throwable tls = error instanceof DecoderException decoder ? decoder.getCause() : error;
        return tls instanceof SSLException said && saysNoToCertificate(said);
    }

    private static Refusal brokeOff(String detail) {
        return new Refusal(new Reason.UpstreamFailed(detail, null, How.BROKE_OFF));
    }

    private static Refusal failed(String detail, @Nullable Integer status) {
        return new Refusal(new Reason.UpstreamFailed(detail, status));
    }
}
