# Whether to build against the genuine Orleans, Stripe.net and Hangfire: sourced by ./run and ./test, from the repository's root.
# The genuine packages where they can be restored, else their stand-ins. The answer is remembered in engine.props (ignored by git).

engine_find() {
  if [ ! -f engine.props ]; then
    local stand_ins=false
    if ! dotnet restore Makerspace.sln -p:UseStandIns=false --verbosity quiet >/dev/null 2>&1; then stand_ins=true; fi
    engine_remember "$stand_ins"
  fi
  if grep -q '<UseStandIns>true' engine.props; then
    ENGINE="the stand-ins (the genuine packages cannot be restored here; delete engine.props to try again)"
  else
    ENGINE="genuine packages of Orleans, Stripe.net and Hangfire"
  fi
}

engine_remember() {
  printf '<Project>\n  <PropertyGroup>\n    <UseStandIns Condition="'"'\$(UseStandIns)' == ''"'">%s</UseStandIns>\n  </PropertyGroup>\n</Project>\n' "$1" > engine.props
}
