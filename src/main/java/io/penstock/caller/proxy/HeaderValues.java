package io.penstock.caller.proxy;

import static io.penstock.caller.proxy.IdentityHeaders.malformed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.caller.Identity;
import io.penstock.caller.proxy.ProxySettings.GroupsFormat;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the values of the headers that name a user: one plain value, which nobody can take for two. */
final class HeaderValues {

    private static final int MOST_GROUPS = 500;
    private static final int LONGEST_GROUP = 256;

    private final String userHeader;
    private final String groupsHeader;
    private final GroupsFormat format;

    HeaderValues(ProxySettings settings) {
        this.userHeader = settings.userHeader();
        this.groupsHeader = settings.groupsHeader();
        this.format = settings.groupsFormat();
    }

    /** Whether somebody reads the one name as the other: servers exist to which hyphen, underscore and dot are one (CVE-2025-64484). */
    static boolean reads(CharSequence name, String as) {
        if (name.length() != as.length()) {
            return false;
        }
        for (int i = 0; i < as.length(); i++) {
            if (folded(name.charAt(i)) != folded(as.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char folded(char c) {
        return c == '_' || c == '.' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    /** The canonical user; null where none is named. Throws {@code Malformed} where the value is none that counts. */
    @Nullable
    String user(HttpHeaders headers) {
        String raw = headers.get(userHeader);
        if (raw == null) {
            return null;
        }
        String text = text(userHeader, raw);
        String user = text.indexOf(',') >= 0 ? null : Identity.canonical(text);
        if (user == null) {
            throw malformed("The header " + userHeader
                    + " must name one user, plainly and without a comma; where there is none, leave it out");
        }
        return user;
    }

    /** Null where no groups are asked for, or nothing is said of them and so they are none. Throws {@code Malformed}. */
    @Nullable
    Set<String> groups(HttpHeaders headers) {
        if (groupsHeader.isEmpty()) {
            return null;
        }
        String raw = headers.get(groupsHeader, "");
        var groups = new LinkedHashSet<String>();
        for (String element : format == GroupsFormat.COMMAS ? byCommas(raw) : ofJson(raw)) {
            String group = element.strip();
            if (!group.isEmpty()) {
                groups.add(group);
            }
        }
        if (groups.size() > MOST_GROUPS || groups.stream().anyMatch(group -> group.length() > LONGEST_GROUP)) {
            throw malformed("The header " + groupsHeader + " must list at most " + MOST_GROUPS + " groups of "
                    + LONGEST_GROUP + " characters");
        }
        return groups;
    }

    private List<String> byCommas(String raw) {
        return List.of(text(groupsHeader, raw).split(",", -1));
    }

    /** Both alphabets of Base64, with padding or without: proxies have either. */
    private List<String> ofJson(String raw) {
        if (raw.isBlank()) {
            return List.of();
        }
        try {
            byte[] json =
                    Base64.getUrlDecoder().decode(raw.strip().replace('+', '-').replace('/', '_'));
            return JsonParts.elements(text(groupsHeader, new String(json, ISO_8859_1))).stream()
                    .map(this::name)
                    .toList();
        } catch (IllegalArgumentException notBase64) {
            throw noArray();
        } catch (Refusal refusal) {
            throw refusal.reason() instanceof Reason.Unparsable ? noArray() : refusal;
        }
    }

    private String name(String element) {
        String name = JsonParts.string(element);
        if (name == null) {
            throw noArray();
        }
        return text(groupsHeader, new String(name.getBytes(UTF_8), ISO_8859_1));
    }

    private Refusal noArray() {
        return malformed("The header " + groupsHeader
                + " must hold a JSON array of names in Base64, as PROXY_GROUPS_FORMAT=base64-json says");
    }

    /** Bytes of headers are characters to the decoder, one each; proxies write UTF-8. */
    private static String text(String name, String raw) {
        try {
            String text = UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(raw.getBytes(ISO_8859_1)))
                    .toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw malformed("The header " + name + " must not hold control characters");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw malformed("The header " + name + " must be UTF-8");
        }
    }
}
