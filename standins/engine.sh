# Which Orleans to build against: sourced by ./run and ./test, from the repository's root.
# The genuine packages where they can be restored, else the stand-in. The answer is remembered in engine.props (ignored by git).

engine_find() {
  if [ ! -f engine.props ]; then
    local stand_ins=false
    if ! dotnet restore Makerspace.sln -p:UseStandIns=false --verbosity quiet >/dev/null 2>&1; then stand_ins=true; fi
    engine_remember "$stand_ins"
  fi
  if grep -q '<UseStandIns>true' engine.props; then
    ENGINE="the stand-in (the genuine Orleans packages cannot be restored here; delete engine.props to try again)"
  else
    ENGINE="Microsoft Orleans (genuine packages)"
  fi
}

engine_remember() {
  printf '<Project>\n  <PropertyGroup>\n    <UseStandIns Condition="'"'\$(UseStandIns)' == ''"'">%s</UseStandIns>\n  </PropertyGroup>\n</Project>\n' "$1" > engine.props
}
