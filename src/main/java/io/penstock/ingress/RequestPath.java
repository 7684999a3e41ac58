package io.penstock.ingress;

/**
 * Looks through the path of a request target for what is written to be read twice: encoded or doubled separators, dot segments, path
 * parameters, backslashes, and what is no visible ASCII. Each request passes here, so it is one look at each character.
 */
final class RequestPath {

    private RequestPath() {}

    /** Whether the path, up to a question mark or the end, begins with a slash and holds nothing of that. */
    static boolean isPlain(String target) {
        if (!target.startsWith("/")) {
            return false;
        }
        int end = target.indexOf('?');
        end = end < 0 ? target.length() : end;
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            boolean plain = switch (c) {
                case ';', '\\' -> false;
                case '/' -> isSegment(target, i + 1, end);
                case '%' -> !isTrick(target, i + 1, end);
                default -> c > ' ' && c < 0x7f;
            };
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** Whether a segment may begin so: not with another slash, and not as one or two dots alone. */
    private static boolean isSegment(String target, int from, int end) {
        if (from < end && target.charAt(from) == '/') {
            return false;
        }
        int dots = 0;
        while (from + dots < end && target.charAt(from + dots) == '.') {
            dots++;
        }
        boolean alone = from + dots == end || target.charAt(from + dots) == '/';
        return !(alone && (dots == 1 || dots == 2));
    }

    /** Whether it encodes a character that decides where a path leads: slash, backslash, dot, semicolon, percent, NUL. */
    private static boolean isTrick(String target, int from, int end) {
        if (from + 2 > end) {
            return false;
        }
        return switch (target.substring(from, from + 2)) {
            case "2f", "2F", "5c", "5C", "2e", "2E", "3b", "3B", "25", "00" -> true;
            default -> false;
        };
    }
}
