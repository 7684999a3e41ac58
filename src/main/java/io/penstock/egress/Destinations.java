package io.penstock.egress;

import io.netty.util.NetUtil;
import io.penstock.wire.Refusal;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where the gateway may connect. A registered URL reaches public and private networks, never loopback, link-local or metadata addresses
 * unless the operator names them. It is checked when it is written, here, and every address that it resolves to when connecting.
 */
public final class Destinations {

    private static final int LONGEST = 2048;
    private static final Pattern PRINTABLE = Pattern.compile("[!-~&&[^\\\\\"<>^`{|}]]+");
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    /** A last label of digits or a hexadecimal number makes a host an IPv4 address in some reader's eyes (WHATWG URL, 3.5). */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?(0x[0-9a-f]*|[0-9]+)");

    private static final Pattern DOTTED = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

    private final Policy policy;

    Destinations(Policy policy) {
        this.policy = policy;
    }

    /**
     * The URL, where it is one that may be registered: http or https, no user info, no fragment, a plain name or one canonical literal
     * address, allowed by the policy as far as it can be known without asking a resolver.
     *
     * @throws Refusal {@code Invalid}, for the field {@code url}
     */
    public URI check(String url) {
        if (url.length() > LONGEST) {
            throw refused("is longer than " + LONGEST + " characters");
        }
        if (!PRINTABLE.matcher(url).matches()) {
            throw refused("holds a space, a control character or one that a URL has to percent-encode");
        }
        URI uri = parse(url);
        String host = host(uri);
        if (!(isLiteral(host) ? policy.allows(host, address(host), port(uri)) : policy.mayAllow(host, port(uri)))) {
            throw refused(
                    "names an address that this gateway does not connect to: use one of a public or private network, or let"
                            + " the operator allow it with UPSTREAM_ALLOWED_CIDRS or UPSTREAM_ALLOWED_HOSTS");
        }
        return uri;
    }

    private static URI parse(String url) {
        URI uri;
        try {
            uri = new URI(url).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw refused("is not a URL with a host, like https://mcp.example.com/mcp");
        }
        String scheme = uri.getScheme();
        if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
            throw refused("must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw refused("is not a URL with a host, like https://mcp.example.com/mcp");
        }
        if (uri.getRawUserInfo() != null || uri.getRawAuthority().contains("@")) {
            throw refused("must not hold a user name or password: use auth_type instead");
        }
        if (uri.getRawFragment() != null) {
            throw refused("must not hold a fragment (#...)");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw refused("names a port that is not between 1 and 65535");
        }
        return uri;
    }

    private static String host(URI uri) {
        String host = bare(uri.getHost());
        if (host.endsWith(".")) {
            throw refused("must name the host without a dot at the end");
        }
        boolean six = uri.getHost().startsWith("[");
        if (six
                ? host.contains("%") || NetUtil.createByteArrayFromIpAddressString(host) == null
                : NUMERIC.matcher(host).matches() && !isDotted(host)) {
            throw refused(
                    "must write an address as four decimal numbers (192.0.2.7) or in brackets without a zone ([2001:db8::7])");
        }
        if (!six
                && !isDotted(host)
                && (host.length() > 253 || !NAME.matcher(host).matches())) {
            throw refused("names a host that is not made of letters, digits, hyphens and dots");
        }
        return host;
    }

    private static boolean isDotted(String host) {
        return DOTTED.matcher(host).matches() && NetUtil.isValidIpV4Address(host);
    }

    /** Whether it can be the host of an address; without brackets, in lower case. */
    static boolean isHost(String bare) {
        return isLiteral(bare)
                ? NetUtil.createByteArrayFromIpAddressString(bare) != null
                : NAME.matcher(bare).matches();
    }

    private static boolean isLiteral(String host) {
        return host.contains(":") || isDotted(host);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(literal));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(literal, e);
        }
    }

    /** The host in lower case, without the brackets of an IPv6 literal. */
    static String bare(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return bare.toLowerCase(Locale.ROOT);
    }

    /** Whether nobody on the way can read what is sent there: https, or http on this machine (RFC 8252, 7.3). */
    public static boolean isConfidential(URI url) {
        String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
        return "https".equalsIgnoreCase(url.getScheme())
                || ("http".equalsIgnoreCase(url.getScheme())
                        && (host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}")));
    }

    /** Whether both have the same scheme, host and port (RFC 6454, 4). */
    public static boolean sameOrigin(URI some, URI other) {
        return some.getHost() != null
                && other.getHost() != null
                && some.getScheme().equalsIgnoreCase(other.getScheme())
                && bare(some.getHost()).equals(bare(other.getHost()))
                && port(some) == port(other);
    }

    /** The port that a connection would go to. */
    static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> 443;
            case "http" -> 80;
            case "postgresql", "postgres" -> 5432;
            default -> -1;
        };
    }

    private static Refusal refused(String message) {
        return new Refusal(new Refusal.Reason.Invalid(List.of(new Refusal.Reason.Invalid.Field("url", message))));
    }
}
