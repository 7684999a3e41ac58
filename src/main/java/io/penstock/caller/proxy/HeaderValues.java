package io.penstock.caller.proxy;

import static io.penstock.caller.proxy.IdentityHeaders.malformed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.caller.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the values of the headers that name a user: one plain value, which nobody can take for two. */
final class HeaderValues {

    private static final int MOST_GROUPS = 500;
    private static final int LONGEST_GROUP = 256;

    private final String userHeader;
    private final String groupsHeader;

    HeaderValues(String userHeader, String groupsHeader) {
        this.userHeader = userHeader;
        this.groupsHeader = groupsHeader;
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
        String raw = headers.get(groupsHeader);
        var groups = new LinkedHashSet<String>();
        for (String element : text(groupsHeader, raw == null ? "" : raw).split(",", -1)) {
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
