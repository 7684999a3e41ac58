# Scenario 2: Security misconfiguration (warning)
MCP_CLIENT_AUTH_ENABLED=false
TRUST_PROXY_AUTH=false
# ⚠️ Logs warning about security risk

curl -H "X-Authenticated-User: [email protected]" http://localhost:4444/tools
curl http://localhost:4444/tools
