# Scenario 1: Proxy authentication enabled
MCP_CLIENT_AUTH_ENABLED=false
TRUST_PROXY_AUTH=true
PROXY_USER_HEADER=X-Authenticated-User

# Test with proxy header
curl -H "X-Authenticated-User: [email protected]" http://localhost:4444/tools
# ✅ Returns tools for authenticated user

# Test without proxy header
curl http://localhost:4444/tools
# ✅ Returns "anonymous" access
